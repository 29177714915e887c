//! Made-up carriers, ports and sheds.

/// By sea or by air: they differ in what an unloading report is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 하선.
    Sea,
    /// 하기.
    Air,
}

/// A shipping company or airline with the places where its goods arrive.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Carrier {
    /// By sea or by air.
    pub mode: Mode,
    /// Four letters, `shcoFlcoSgn`.
    pub sign: &'static str,
    /// `shcoFlco`.
    pub name: &'static str,
    /// `agnc`.
    pub agency: &'static str,
    /// `shipNm`.
    pub ship: &'static str,
    /// `shipNat`, `shipNatNm`.
    pub nation: (&'static str, &'static str),
    /// Where it was loaded: code, name, country.
    pub loaded: (&'static str, &'static str, &'static str),
    /// Where it is unloaded: code, name.
    pub unloaded: (&'static str, &'static str),
    /// `etprCstm`.
    pub customs: &'static str,
    /// The shed: sign, name.
    pub shed: (&'static str, &'static str),
    /// `frwrSgn`.
    pub forwarder_sign: &'static str,
    /// `frwrEntsConm`.
    pub forwarder: &'static str,
    /// `prnm`.
    pub goods: &'static str,
}

/// A carrier for any number.
pub(super) fn carrier(number: u64) -> &'static Carrier {
    &CARRIERS[(number % CARRIERS.len() as u64) as usize]
}

const CARRIERS: [Carrier; 4] = [
    Carrier {
        mode: Mode::Sea,
        sign: "GAON",
        name: "가온라인(주)",
        agency: "주식회사 가온라인",
        ship: "GAON INCHEON",
        nation: ("KR", "한국"),
        loaded: ("CNWEI", "Weihai", "CN"),
        unloaded: ("KRINC", "인천항"),
        customs: "인천세관",
        shed: ("02099901", "인천세관 제9지정장치장"),
        forwarder_sign: "NURI",
        forwarder: "주식회사 누리해운항공",
        goods: "PATCH BOARD & SOCKET <2P>",
    },
    Carrier {
        mode: Mode::Sea,
        sign: "MARU",
        name: "마루해운(주)",
        agency: "(주) 마루해운",
        ship: "MARU PIONEER",
        nation: ("PA", "파나마"),
        loaded: ("JPOSA", "Osaka", "JP"),
        unloaded: ("KRPUS", "부산항"),
        customs: "부산세관",
        shed: ("03099902", "부산세관 지정장치장"),
        forwarder_sign: "DURE",
        forwarder: "두레로지스(주)",
        goods: "BEARING, BALL",
    },
    Carrier {
        mode: Mode::Air,
        sign: "HANA",
        name: "한아항공(주)",
        agency: "",
        ship: "HN588",
        nation: ("KR", "한국"),
        loaded: ("JFK", "뉴욕", "US"),
        unloaded: ("ICN", "서울/인천"),
        customs: "인천세관",
        shed: ("04099903", "지정장치장(특송물류센터)_온새쉬핑(주)"),
        forwarder_sign: "ONSE",
        forwarder: "온새쉬핑(주)",
        goods: "GE 3 PLUG 5 PACK WALL TAP ADAPTER",
    },
    Carrier {
        mode: Mode::Air,
        sign: "SORA",
        name: "소라에어(주)",
        agency: "(주) 소라에어 인천지점",
        ship: "SR0721",
        nation: ("DE", "독일"),
        loaded: ("FRA", "프랑크푸르트", "DE"),
        unloaded: ("ICN", "서울/인천"),
        customs: "인천공항세관",
        shed: ("04099904", "소라에어(주)인천화물서비스"),
        forwarder_sign: "BORA",
        forwarder: "보라포워딩(주)",
        goods: "PUMP FOR LIQUIDS",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_have_four_letters() {
        for carrier in &CARRIERS {
            assert_eq!(
                (carrier.sign.len(), carrier.forwarder_sign.len()),
                (4, 4),
                "{}",
                carrier.name
            );
        }
    }
}
