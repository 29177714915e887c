//! The life of a shipment at customs, from the manifest to the release, as far as the world's clock has come.

use jiff::ToSpan;
use jiff::civil::DateTime;

use super::{Mode, Outcome, Shipment, UNKNOWN_STATUS, stream};

/// What customs knows of a shipment on one day.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// `csclPrgsStts`: one of [`STATUSES`](super::STATUSES), or [`UNKNOWN_STATUS`].
    pub status: &'static str,
    /// `prgsStts`: the last step, in customs' words.
    pub step: &'static str,
    /// `prgsStCd`: the code of that step where it is known, else empty.
    pub step_code: &'static str,
    /// When the last step was taken.
    pub as_of: DateTime,
    /// Whether it has left the bonded area.
    pub released: bool,
    /// All steps, newest first.
    pub events: Vec<Event>,
}

/// One step (`cargCsclPrgsInfoDtlQryVo`).
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Event {
    /// `cargTrcnRelaBsopTpcd`.
    pub name: &'static str,
    /// `prcsDttm`.
    pub at: DateTime,
    /// `dclrNo`.
    pub declaration: String,
    /// `rlbrDttm`, a time with dashes and colons, or free text.
    pub moved_at: String,
    /// `rlbrBssNo`.
    pub basis: String,
    /// `rlbrCn`.
    pub content: &'static str,
    /// `bfhnGdncCn`.
    pub notice: String,
    /// Whether the shed is named.
    pub in_shed: bool,
}

/// A step before its time is known: minutes after arrival, and the status that the shipment has from then on.
struct Step {
    minutes: i64,
    status: Option<&'static str>,
    code: &'static str,
    event: Event,
}

pub(super) fn progress(shipment: &Shipment) -> Progress {
    let now = shipment.world.now();
    let mut progress = Progress {
        status: "",
        step: "",
        step_code: "",
        as_of: shipment.arrival,
        released: false,
        events: Vec::with_capacity(13),
    };
    for step in steps(shipment) {
        let at = shipment.arrival.saturating_add(step.minutes.minutes());
        if at > now {
            break;
        }
        if let Some(status) = step.status {
            progress.status = status;
        }
        progress.released |= step.event.name == "반출신고";
        progress.step = if step.event.name == "반출신고" {
            "반출완료"
        } else {
            step.event.name
        };
        progress.step_code = step.code;
        progress.as_of = at;
        progress.events.push(Event { at, ..step.event });
    }
    if shipment.outcome == Outcome::UnknownStatus {
        progress.status = UNKNOWN_STATUS;
    }
    progress.events.reverse();
    progress
}

/// All steps in order of time; what one shipment does at once stands in the order of the recorded answers.
fn steps(shipment: &Shipment) -> Vec<Step> {
    let number = shipment.number(stream::HISTORY);
    let jitter = |shift: u32, range: u64| ((number >> shift) % range) as i64;
    let (express, extended) = (jitter(0, 10) < 4, jitter(8, 10) < 3);
    let unloaded = match shipment.carrier.mode {
        Mode::Sea => "하선신고 수리",
        Mode::Air => "하기신고 수리",
    };
    let manifest = shipment.manifest();
    let ulvs = format!(
        "{:02}0{:08}",
        shipment.arrival.year() % 100,
        jitter(16, 100_000_000)
    );
    let list = format!("SE{:014}", 2_072_000_000_000 + i64::from(shipment.index));
    let import = format!("41325{:02}{:07}M", shipment.arrival.year() % 100, shipment.index);
    let unload_at = 240 + jitter(24, 600);
    let carry_in = unload_at + 300 + jitter(32, 2400);
    let cleared = carry_in + 60 + jitter(40, 2000);
    let out = cleared + if express { 0 } else { 30 + jitter(48, 4000) };

    let event = |name, declaration: &str| Event {
        name,
        declaration: declaration.to_owned(),
        ..Event::default()
    };
    let step = |minutes, event| Step {
        minutes,
        status: None,
        code: "",
        event,
    };
    let mut steps = vec![
        step(
            -1500,
            Event {
                in_shed: true,
                ..event("입항적하목록 제출", "")
            },
        ),
        Step {
            status: Some("입항적하목록 심사완료"),
            ..step(
                -1320 + jitter(12, 120),
                Event {
                    in_shed: true,
                    basis: shipment.carrier.forwarder.to_owned(),
                    ..event("입항적하목록 심사완료", "")
                },
            )
        },
        step(-420 + jitter(20, 60), event("입항보고 제출", &manifest)),
        step(0, event("입항보고 수리", &manifest)),
        step(
            0,
            event("입항적하목록 운항정보 정정", &format!("{manifest}00000001")),
        ),
    ];
    if express {
        steps.push(Step {
            status: Some("통관목록접수"),
            ..step(
                30,
                Event {
                    in_shed: true,
                    ..event("통관목록접수", &list)
                },
            )
        });
    }
    steps.push(Step {
        status: Some(unloaded),
        ..step(
            unload_at,
            Event {
                in_shed: true,
                ..event(unloaded, &ulvs)
            },
        )
    });
    if extended && shipment.carrier.mode == Mode::Sea {
        let until = shipment.arrival.date().saturating_add(5.days());
        steps.push(step(
            unload_at + 90,
            event("하선장소 반입기간연장 승인신청", &ulvs),
        ));
        steps.push(Step {
            code: "CAGB09",
            ..step(
                unload_at + 200,
                Event {
                    in_shed: true,
                    basis: format!("연장반입기한:{until}"),
                    ..event("하선장소 반입기간연장 승인", &ulvs)
                },
            )
        });
    }
    let shed = shipment.carrier.shed.0;
    steps.push(Step {
        status: Some("반입신고"),
        ..step(
            carry_in,
            Event {
                in_shed: true,
                moved_at: dashed(shipment.arrival.saturating_add((carry_in - 1).minutes())),
                content: "입항 반입",
                notice: format!(
                    "[부가사항] {}의 장치기간은 최대 6 개월 입니다.",
                    shipment.carrier.shed.1
                ),
                ..event("반입신고", &format!("{shed}{:010}", shipment.index))
            },
        )
    });
    let release = |content, basis: &str| Event {
        in_shed: true,
        moved_at: dashed(shipment.arrival.saturating_add(out.minutes())),
        content,
        basis: basis.to_owned(),
        ..event("반출신고", &format!("{shed}L{:09}", shipment.index))
    };
    if express {
        steps.push(step(cleared, release("목록통관특송물품 반출", &list)));
        steps.push(Step {
            status: Some("통관목록심사완료"),
            code: "IMPA36",
            ..step(
                cleared,
                Event {
                    in_shed: true,
                    ..event("통관목록심사완료", &list)
                },
            )
        });
    } else {
        steps.push(Step {
            status: Some("수입신고"),
            ..step(
                carry_in + 40,
                Event {
                    in_shed: true,
                    ..event("수입신고", &import)
                },
            )
        });
        steps.push(Step {
            status: Some("수입신고수리"),
            ..step(
                cleared,
                Event {
                    in_shed: true,
                    ..event("수입신고수리", &import)
                },
            )
        });
        steps.push(Step {
            status: Some("반출완료"),
            code: "CAGE12",
            ..step(out, release("수입신고 수리후 반출", &import))
        });
    }
    steps
}

fn dashed(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::{STATUSES, World};
    use super::*;

    #[test]
    fn found_shipments_have_known_statuses_and_full_histories() {
        let world = World::new(1, 0);
        let mut seen = HashMap::new();
        for shipment in (0..1000).map(|index| world.shipment(index)) {
            let progress = shipment.progress();
            assert!(
                (3..=13).contains(&progress.events.len()),
                "{}",
                progress.events.len()
            );
            assert!(progress.events.is_sorted_by(|newer, older| newer.at >= older.at));
            assert_eq!(progress.events[0].at, progress.as_of);
            if shipment.outcome() == Outcome::Found {
                assert!(STATUSES.contains(&progress.status), "{}", progress.status);
                *seen.entry(progress.status).or_insert(0) += 1;
            }
        }
        assert_eq!(seen.len(), STATUSES.len(), "each status occurs: {seen:?}");
    }

    #[test]
    fn time_moves_shipments_and_never_turns_them_back() {
        let moved = (0..500)
            .filter(|index| {
                let before = World::new(1, 0).shipment(*index).progress();
                let after = World::new(1, 1).shipment(*index).progress();
                assert!(after.events.ends_with(&before.events), "history is only added to");
                before.status != after.status
            })
            .count();
        assert!(moved > 50, "{moved}");
        assert!((0..500).all(|index| World::new(1, 60).shipment(index).progress().released));
    }
}
