//! The made-up world that both simulators show: shipments, their numbers, and what customs knows of them.
//!
//! Everything is a pure function of a seed, an index and a virtual day, so that two simulators in two processes agree,
//! a hundred thousand records need no memory, and a second run sees what the first one saw. All names, ships and numbers
//! are made up; the shapes are those of recorded answers.
//!
//! # What becomes of a shipment
//! In every 200 consecutive shipments exactly 186 are found with a known status, 10 are not found, and one each is
//! refused, ambiguous, of unknown status, and answered under an unknown root; see [`Outcome`].

mod history;
mod places;

pub use history::{Event, Progress};
pub use places::{Carrier, Mode};

use jiff::civil::{Date, DateTime, date};
use jiff::{Span, ToSpan};

use crate::rng::mix;

/// The company code of all records unless a simulator is told another.
pub const COMPANY: &str = "1000";

/// Every clearance status (`csclPrgsStts`) that a shipment with [`Outcome::Found`] may have.
pub const STATUSES: [&str; 9] = [
    "입항적하목록 심사완료",
    "하선신고 수리",
    "하기신고 수리",
    "통관목록접수",
    "반입신고",
    "수입신고",
    "통관목록심사완료",
    "수입신고수리",
    "반출완료",
];

/// The status of a shipment with [`Outcome::UnknownStatus`]: in no list of known ones.
pub const UNKNOWN_STATUS: &str = "전산장애 수기처리중";

/// Virtual day 0, at noon in Korea, is when the world's clock stands unless told otherwise.
const DAY_ZERO: Date = date(2026, 11, 20);

/// What customs answers when asked about a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Found, with one of [`STATUSES`].
    Found,
    /// `tCnt` 0: customs has never heard of it.
    NotFound,
    /// `tCnt` -1 with a service trouble text, at each try.
    Refused,
    /// SAP holds only the first 15 characters of the cargo management number: an `[N00]` list of several.
    Ambiguous,
    /// Found, with [`UNKNOWN_STATUS`].
    UnknownStatus,
    /// A well-formed answer under a root that no service has.
    UnknownRoot,
}

impl Outcome {
    /// The word that scenarios use in `when: world=…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::NotFound => "not_found",
            Self::Refused => "refused",
            Self::Ambiguous => "ambiguous",
            Self::UnknownStatus => "unknown_status",
            Self::UnknownRoot => "unknown_root",
        }
    }
}

/// The world of one seed on one virtual day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct World {
    seed: u64,
    day: u32,
}

/// Streams of numbers, so that one property does not follow from another.
mod stream {
    pub(super) const OUTCOME: u64 = 1;
    pub(super) const NUMBER: u64 = 2;
    pub(super) const CARRIER: u64 = 3;
    pub(super) const ARRIVAL: u64 = 4;
    pub(super) const PRIORITY: u64 = 5;
    pub(super) const HISTORY: u64 = 6;
}

/// Shipments in a block of which the shares of outcomes are exact.
const BLOCK: u64 = 200;
/// House B/Ls in one shared master B/L.
const SHARED: u32 = 3;

impl World {
    /// The world of that seed, `day` virtual days after day 0.
    #[must_use]
    pub fn new(seed: u64, day: u32) -> Self {
        Self { seed, day }
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The time that the world's clock shows: noon of the virtual day, Korean time.
    #[must_use]
    pub fn now(&self) -> DateTime {
        let days = Span::new().try_days(self.day).unwrap_or_default();
        DAY_ZERO.at(12, 0, 0, 0).saturating_add(days)
    }

    /// The shipment of that index. Each index up to `u32::MAX` has one.
    #[must_use]
    pub fn shipment(&self, index: u32) -> Shipment {
        let number = |stream| mix(self.seed, stream, u64::from(index));
        let carrier = places::carrier(number(stream::CARRIER));
        let arrival = DAY_ZERO
            .at(0, 0, 0, 0)
            .saturating_sub(((number(stream::ARRIVAL) % (14 * 1440)) as i64).minutes())
            .saturating_add(18.hours());
        Shipment {
            world: *self,
            index,
            carrier,
            arrival,
            outcome: self.outcome(index),
        }
    }

    fn outcome(&self, index: u32) -> Outcome {
        let (block, place) = (u64::from(index) / BLOCK, u64::from(index) % BLOCK);
        // 73 has no factor in common with 200, so each slot comes once in a block.
        match (place * 73 + mix(self.seed, stream::OUTCOME, block)) % BLOCK {
            0..10 => Outcome::NotFound,
            50 => Outcome::Refused,
            90 => Outcome::Ambiguous,
            130 => Outcome::UnknownStatus,
            170 => Outcome::UnknownRoot,
            _ => Outcome::Found,
        }
    }

    /// The shipment that SAP knows by that cargo management number (15 or 19 characters).
    #[must_use]
    pub fn by_cargo_number(&self, number: &str) -> Option<Shipment> {
        let high = u32::from_str_radix(number.get(6..10)?, 36).ok()?;
        let low: u32 = number.get(11..15)?.parse().ok()?;
        let shipment = self.shipment(high.checked_mul(10_000)?.checked_add(low)?);
        (shipment.cargo_number() == number || shipment.full_cargo_number() == number).then_some(shipment)
    }

    /// The shipment of that house B/L, if it arrived in that year.
    #[must_use]
    pub fn by_house_bl(&self, number: &str, year: &str) -> Option<Shipment> {
        let shipment = self.shipment(number.get(4..)?.parse().ok()?);
        (shipment.house_bl() == number && shipment.arrival_year() == year).then_some(shipment)
    }

    /// The shipments of that master B/L that arrived in that year: one, or several of a consolidation.
    #[must_use]
    pub fn by_master_bl(&self, number: &str, year: &str) -> Vec<Shipment> {
        let Some(serial) = number.get(4..).and_then(|digits| digits.parse::<u32>().ok()) else {
            return Vec::new();
        };
        let first = (serial / 2).saturating_mul(SHARED + 1).saturating_add(serial % 2);
        let count = if serial % 2 == 0 { 1 } else { SHARED };
        (first..first.saturating_add(count))
            .map(|index| self.shipment(index))
            .filter(|shipment| shipment.master_bl() == number && shipment.arrival_year() == year)
            .collect()
    }

    /// The shipment that was exported under that declaration number.
    #[must_use]
    pub fn by_export_declaration(&self, number: &str) -> Option<Shipment> {
        let shipment = self.shipment(number.get(7..14)?.parse().ok()?);
        (shipment.export_declaration() == number).then_some(shipment)
    }
}

/// One shipment, as SAP and customs know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipment {
    world: World,
    index: u32,
    carrier: &'static Carrier,
    arrival: DateTime,
    outcome: Outcome,
}

impl Shipment {
    /// Its place in the world.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// What customs answers.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Who carries it.
    #[must_use]
    pub fn carrier(&self) -> &'static Carrier {
        self.carrier
    }

    /// When it arrives in Korea, Korean time; from twelve days before day 0 to six hours after its noon.
    #[must_use]
    pub fn arrival(&self) -> DateTime {
        self.arrival
    }

    /// The year of arrival, which is what `blYy` means.
    #[must_use]
    pub fn arrival_year(&self) -> String {
        format!("{:04}", self.arrival.year())
    }

    /// SAP's delivery number, ten digits; it grows with the index.
    #[must_use]
    pub fn delivery(&self) -> String {
        format!("{:010}", 80_000_001 + u64::from(self.index))
    }

    /// SAP's item number.
    #[must_use]
    pub fn item(&self) -> &'static str {
        "000010"
    }

    /// SAP's priority: `1` urgent (one in twenty), `2` else.
    #[must_use]
    pub fn priority(&self) -> &'static str {
        if self.number(stream::PRIORITY).is_multiple_of(20) {
            "1"
        } else {
            "2"
        }
    }

    /// The cargo management number that SAP holds: 19 characters, or the first 15 where it is ambiguous.
    #[must_use]
    pub fn cargo_number(&self) -> String {
        let mut number = self.full_cargo_number();
        if self.outcome == Outcome::Ambiguous {
            number.truncate(15);
        }
        number
    }

    /// The whole cargo management number: manifest (11), master serial (4), house serial (4).
    #[must_use]
    pub fn full_cargo_number(&self) -> String {
        format!(
            "{}{:04}{:04}",
            self.manifest(),
            self.index % 10_000,
            self.number(stream::NUMBER) % 10_000
        )
    }

    /// The manifest reference number, 11 characters.
    #[must_use]
    pub fn manifest(&self) -> String {
        let mut high = self.index / 10_000;
        let mut base36 = [b'0'; 4];
        for place in base36.iter_mut().rev() {
            let digit = (high % 36) as u8;
            *place = if digit < 10 {
                b'0' + digit
            } else {
                b'A' + digit - 10
            };
            high /= 36;
        }
        let base36 = base36.map(char::from);
        format!(
            "{:02}{}{}I",
            self.arrival.year() % 100,
            self.carrier.sign,
            String::from_iter(base36)
        )
    }

    /// The house B/L number.
    #[must_use]
    pub fn house_bl(&self) -> String {
        format!("{}{:010}", self.carrier.forwarder_sign, self.index)
    }

    /// The master B/L number: its own for one shipment in four, shared by the other three.
    #[must_use]
    pub fn master_bl(&self) -> String {
        let (group, place) = (u64::from(self.index / (SHARED + 1)), self.index % (SHARED + 1));
        let carrier = places::carrier(mix(self.world.seed, stream::CARRIER, group << 32));
        format!("{}{:010}", carrier.sign, group * 2 + u64::from(place != 0))
    }

    /// The number of the export declaration under which it goes out again, 15 characters.
    #[must_use]
    pub fn export_declaration(&self) -> String {
        format!("41325{:02}{:07}X", self.arrival.year() % 100, self.index)
    }

    /// What customs knows of it on the world's day.
    #[must_use]
    pub fn progress(&self) -> Progress {
        history::progress(self)
    }

    fn number(&self, stream: u64) -> u64 {
        mix(self.world.seed, stream, u64::from(self.index))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn shares_are_exact_in_each_block() {
        for seed in [1, 2, 77] {
            let world = World::new(seed, 0);
            let mut counts = HashMap::new();
            for index in 0..1000 {
                *counts.entry(world.shipment(index).outcome()).or_insert(0) += 1;
            }
            assert_eq!(
                (counts[&Outcome::Found], counts[&Outcome::NotFound]),
                (930, 50),
                "seed {seed}"
            );
            assert_eq!(counts.len(), 6);
        }
    }

    #[test]
    fn numbers_lead_back_to_the_shipment() {
        let world = World::new(5, 0);
        for index in (0..1000).chain([99_999, 123_456]) {
            let shipment = world.shipment(index);
            let year = shipment.arrival_year();
            assert_eq!(shipment.full_cargo_number().len(), 19);
            assert_eq!(world.by_cargo_number(&shipment.cargo_number()), Some(shipment));
            assert_eq!(
                world.by_cargo_number(&shipment.full_cargo_number()),
                Some(shipment)
            );
            assert_eq!(world.by_house_bl(&shipment.house_bl(), &year), Some(shipment));
            assert_eq!(
                world.by_export_declaration(&shipment.export_declaration()),
                Some(shipment)
            );
            let shared = world.by_master_bl(&shipment.master_bl(), &year);
            assert!(shared.contains(&shipment), "{index}");
            assert_eq!(shared.len(), if index % 4 == 0 { 1 } else { 3 });
        }
        assert_eq!(world.by_house_bl(&world.shipment(3).house_bl(), "2019"), None);
    }

    #[test]
    fn another_number_leads_nowhere() {
        let world = World::new(5, 0);
        for number in [
            "",
            "관세관세관세관세",
            "20WDFCA262I17095833",
            "26XXXX0000I00000000",
        ] {
            assert_eq!(world.by_cargo_number(number), None);
            assert_eq!(world.by_house_bl(number, "2026"), None);
            assert_eq!(world.by_export_declaration(number), None);
            assert!(world.by_master_bl(number, "2026").is_empty());
        }
        let other = World::new(6, 0).shipment(1).full_cargo_number();
        assert_eq!(
            world.by_cargo_number(&other),
            None,
            "the other world's numbers are unknown here"
        );
    }

    #[test]
    fn delivery_numbers_grow() {
        let world = World::new(1, 0);
        let numbers: Vec<_> = (0..300).map(|index| world.shipment(index).delivery()).collect();
        assert!(numbers.is_sorted());
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 300);
    }
}
