//! The scenario files that are part of the program.

macro_rules! embed {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("scenarios/", $id, ".scenario")))),*]
    };
}

/// Service id and file. There is no service 041.
pub(super) const SCENARIOS: [(&str, &str); 54] = embed![
    "API001", "API002", "API003", "API004", "API005", "API006", "API007", "API008", "API009", "API010",
    "API011", "API012", "API013", "API014", "API015", "API016", "API017", "API018", "API019", "API020",
    "API021", "API022", "API023", "API024", "API025", "API026", "API027", "API028", "API029", "API030",
    "API031", "API032", "API033", "API034", "API035", "API036", "API037", "API038", "API039", "API040",
    "API042", "API043", "API044", "API045", "API046", "API047", "API048", "API049", "API050", "API051",
    "API052", "API053", "API054", "API055",
];

#[cfg(test)]
mod tests {
    use quick_xml::events::Event;

    use super::super::scenario;
    use super::super::view::View;
    use crate::world::World;

    /// Well-formed, and nothing else than one root.
    fn check(xml: &str) {
        let mut reader = quick_xml::Reader::from_str(xml);
        let (mut depth, mut roots) = (0, 0);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(_) => {
                    roots += usize::from(depth == 0);
                    depth += 1;
                }
                Event::End(_) => depth -= 1,
                Event::Text(_) | Event::GeneralRef(_) if depth > 0 => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((depth, roots), (0, 1), "{xml}");
    }

    #[test]
    fn every_answer_is_one_line_of_xml() {
        let params = [(
            "cargMtNo".to_owned(),
            World::new(1, 0).shipment(3).full_cargo_number(),
        )];
        for service in scenario::load(None).unwrap() {
            assert!(service.scenarios.len() >= 3, "{}", service.id);
            for scenario in service.scenarios {
                let xml = scenario
                    .body
                    .render(&View::new(World::new(1, 0), service.lookup, &params));
                assert!(!xml.contains('\n'), "{} {}", service.id, scenario.name);
                check(&xml);
            }
        }
    }
}
