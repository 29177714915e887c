//! What the templates and conditions of scenarios can name: the parameters of a request, and the shipments of the world
//! that it asks about.

use std::borrow::Cow;

use jiff::ToSpan;
use jiff::civil::DateTime;

use super::template::Values;
use crate::rng::mix;
use crate::world::{Event, Outcome, Progress, Shipment, World};

/// How a request leads to shipments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    /// By `cargMtNo`, or by `mblNo` or `hblNo` with `blYy`.
    Cargo,
    /// By `expDclrNo` or `blNo`.
    Export,
}

impl Lookup {
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "cargo" => Some(Self::Cargo),
            "export" => Some(Self::Export),
            _ => None,
        }
    }
}

/// The names that stand for something in a template, besides `param.…`.
const NAMES: [&str; 51] = [
    "accepted.date",
    "accepted.time",
    "agency",
    "arrival.date",
    "arrival.time",
    "as_of",
    "as_of.minutes",
    "at",
    "basis",
    "cargMtNo",
    "carrier.name",
    "carrier.sign",
    "content",
    "customs",
    "declaration",
    "events.count",
    "expDclrNo",
    "forwarder.name",
    "forwarder.sign",
    "goods",
    "hblNo",
    "left",
    "load_by",
    "loaded.code",
    "loaded.country",
    "loaded.name",
    "manifest",
    "mblNo",
    "moved_at",
    "name",
    "nation.code",
    "nation.name",
    "notice",
    "packages",
    "part.blNo",
    "part.packages",
    "part.weight",
    "rows.count",
    "shed.name",
    "shed.sign",
    "ship",
    "shipped",
    "status",
    "step",
    "step.code",
    "today",
    "unit",
    "unloaded.code",
    "unloaded.name",
    "voyage",
    "weight",
];

/// Whether a template may name it.
pub(super) fn is_placeholder(name: &str) -> bool {
    NAMES.contains(&name) || name.starts_with("param.")
}

/// One request, seen by its scenarios.
#[derive(Debug)]
pub(super) struct View<'a> {
    world: World,
    params: &'a [(String, String)],
    outcome: Option<Outcome>,
    found: Option<(Shipment, Progress)>,
    /// The rows of a list: a shipment, and its whole cargo number.
    list: Vec<(Shipment, String)>,
}

impl<'a> View<'a> {
    pub(super) fn new(world: World, lookup: Option<Lookup>, params: &'a [(String, String)]) -> Self {
        let mut view = Self {
            world,
            params,
            outcome: None,
            found: None,
            list: Vec::new(),
        };
        let param = |name| param(params, name);
        let year = param("blYy");
        match lookup {
            None => {}
            Some(Lookup::Cargo) if !param("cargMtNo").is_empty() => {
                let number = param("cargMtNo");
                view.ask(world.by_cargo_number(number), number.len() == 15);
            }
            Some(Lookup::Cargo) if !param("hblNo").is_empty() => {
                view.ask(world.by_house_bl(param("hblNo"), year), false);
            }
            Some(Lookup::Cargo) => {
                let mut found = world.by_master_bl(param("mblNo"), year);
                found.retain(|shipment| shipment.outcome() != Outcome::NotFound);
                match found.as_slice() {
                    [] => view.ask(None, false),
                    [one] => view.ask(Some(*one), false),
                    many => {
                        view.outcome = Some(Outcome::Ambiguous);
                        view.list = many
                            .iter()
                            .map(|shipment| (*shipment, shipment.full_cargo_number()))
                            .collect();
                    }
                }
            }
            Some(Lookup::Export) if !param("expDclrNo").is_empty() => {
                view.ask(world.by_export_declaration(param("expDclrNo")), false);
            }
            Some(Lookup::Export) => {
                let arrival_years = [2026, 2027].map(|year: i16| year.to_string());
                let found = arrival_years
                    .iter()
                    .find_map(|year| world.by_house_bl(param("blNo"), year));
                view.ask(found, false);
            }
        }
        view
    }

    /// `partial`: by the first 15 characters of a cargo number, which are those of several.
    fn ask(&mut self, shipment: Option<Shipment>, partial: bool) {
        let Some(shipment) = shipment.filter(|shipment| shipment.outcome() != Outcome::NotFound) else {
            self.outcome = Some(Outcome::NotFound);
            return;
        };
        self.outcome = Some(match shipment.outcome() {
            Outcome::Ambiguous if partial => {
                let prefix = shipment.cargo_number();
                self.list = (1..=3)
                    .map(|house| (shipment, format!("{prefix}{house:04}")))
                    .collect();
                Outcome::Ambiguous
            }
            // Asked by its whole number or by a B/L, it is found like any other.
            Outcome::Ambiguous => Outcome::Found,
            other => other,
        });
        self.found = Some((shipment, shipment.progress()));
    }

    /// What a condition sees under that name.
    pub(super) fn fact(&self, name: &str) -> Cow<'_, str> {
        match name {
            "world" => self.outcome.map_or("", Outcome::word).into(),
            "shipped" => self.value("shipped", None),
            name => param(self.params, name).into(),
        }
    }

    fn shipment(&self, row: Option<usize>) -> Option<(&Shipment, String)> {
        let listed = row
            .and_then(|row| self.list.get(row))
            .map(|(shipment, number)| (shipment, number.clone()));
        listed.or_else(|| {
            self.found
                .as_ref()
                .map(|(shipment, _)| (shipment, shipment.full_cargo_number()))
        })
    }

    fn event(&self, row: Option<usize>) -> Option<&Event> {
        self.found
            .as_ref()
            .filter(|_| self.list.is_empty())?
            .1
            .events
            .get(row?)
    }
}

fn param<'p>(params: &'p [(String, String)], name: &str) -> &'p str {
    params
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value.as_str())
}

impl Values for View<'_> {
    fn rows(&self, name: &str) -> usize {
        match name {
            "rows" => self.list.len(),
            "events" => self
                .found
                .as_ref()
                .map_or(0, |(_, progress)| progress.events.len()),
            "parts" => 2,
            _ => 0,
        }
    }

    fn value(&self, name: &str, row: Option<usize>) -> Cow<'_, str> {
        if let Some(name) = name.strip_prefix("param.") {
            return param(self.params, name).into();
        }
        if name == "today" {
            return date(self.world.now()).into();
        }
        if let Some(list) = name.strip_suffix(".count") {
            return self.rows(list).to_string().into();
        }
        let of_event = self.event(row).and_then(|event| event_value(event, name));
        if let Some(value) = of_event {
            return value;
        }
        let Some((shipment, cargo_number)) = self.shipment(row) else {
            return "".into();
        };
        let in_shed = self.event(row).is_none_or(|event| event.in_shed);
        let carrier = shipment.carrier();
        match name {
            "cargMtNo" => cargo_number.into(),
            "shed.sign" if in_shed => carrier.shed.0.into(),
            "shed.name" if in_shed => carrier.shed.1.into(),
            "weight" if in_shed => format!("{}.{}", shipment.index() % 900 + 1, shipment.index() % 10).into(),
            "packages" if in_shed => (shipment.index() % 9 + 1).to_string().into(),
            "packages" => "0".into(),
            _ => {
                let progress = self.found.as_ref().map(|(_, progress)| progress);
                progress
                    .and_then(|progress| progress_value(progress, name))
                    .or_else(|| export_value(self.world, shipment, name, row))
                    .unwrap_or_else(|| shipment_value(shipment, name))
            }
        }
    }
}

fn event_value<'e>(event: &'e Event, name: &str) -> Option<Cow<'e, str>> {
    Some(match name {
        "name" => event.name.into(),
        "at" => seconds(event.at).into(),
        "declaration" => event.declaration.as_str().into(),
        "moved_at" => event.moved_at.as_str().into(),
        "basis" => event.basis.as_str().into(),
        "content" => event.content.into(),
        "notice" => event.notice.as_str().into(),
        "unit" if event.in_shed && !event.name.starts_with("반출") => "GT".into(),
        "unit" => "".into(),
        _ => return None,
    })
}

fn progress_value(progress: &Progress, name: &str) -> Option<Cow<'static, str>> {
    Some(match name {
        "status" => progress.status.into(),
        "step" => progress.step.into(),
        "step.code" => progress.step_code.into(),
        "as_of" => seconds(progress.as_of).into(),
        "as_of.minutes" => progress.as_of.strftime("%Y%m%d%H%M").to_string().into(),
        _ => return None,
    })
}

/// The export of a shipment: accepted the day after its arrival, to be loaded within 30 days, shipped in 1 to 20.
fn export_value(
    world: World,
    shipment: &Shipment,
    name: &str,
    row: Option<usize>,
) -> Option<Cow<'static, str>> {
    let accepted = shipment.arrival().saturating_add(1.day());
    let days = (mix(world.seed(), 100, u64::from(shipment.index())) % 20) as i64 + 1;
    let left = accepted.saturating_add(days.days());
    let packages = shipment.index() % 9 + 2;
    let second = row == Some(1);
    Some(match name {
        "accepted.date" => date(accepted).into(),
        "accepted.time" => accepted.strftime("%H%M%S").to_string().into(),
        "load_by" => date(accepted.saturating_add(30.days())).into(),
        "left" => date(left).into(),
        "shipped" => if left <= world.now() { "Y" } else { "N" }.into(),
        "part.packages" => if second { packages - 1 } else { 1 }.to_string().into(),
        "part.weight" => if second {
            "0.5".to_owned()
        } else {
            packages.to_string()
        }
        .into(),
        "part.blNo" => format!("{}{}", shipment.house_bl(), if second { "B" } else { "A" }).into(),
        _ => return None,
    })
}

fn shipment_value(shipment: &Shipment, name: &str) -> Cow<'static, str> {
    let carrier = shipment.carrier();
    match name {
        "hblNo" => shipment.house_bl().into(),
        "mblNo" => shipment.master_bl().into(),
        "expDclrNo" => shipment.export_declaration().into(),
        "manifest" => shipment.manifest().into(),
        "arrival.date" => date(shipment.arrival()).into(),
        "arrival.time" => seconds(shipment.arrival()).into(),
        "carrier.sign" => carrier.sign.into(),
        "carrier.name" => carrier.name.into(),
        "agency" => carrier.agency.into(),
        "ship" => carrier.ship.into(),
        "nation.code" => carrier.nation.0.into(),
        "nation.name" => carrier.nation.1.into(),
        "loaded.code" => carrier.loaded.0.into(),
        "loaded.name" => carrier.loaded.1.into(),
        "loaded.country" => carrier.loaded.2.into(),
        "unloaded.code" => carrier.unloaded.0.into(),
        "unloaded.name" => carrier.unloaded.1.into(),
        "customs" => carrier.customs.into(),
        "forwarder.sign" => carrier.forwarder_sign.into(),
        "forwarder.name" => carrier.forwarder.into(),
        "goods" => carrier.goods.into(),
        "voyage" => format!("{:04}E", shipment.index() % 10_000).into(),
        _ => "".into(),
    }
}

fn date(at: DateTime) -> String {
    at.strftime("%Y%m%d").to_string()
}

fn seconds(at: DateTime) -> String {
    at.strftime("%Y%m%d%H%M%S").to_string()
}
