//! The configuration of a bench's job.

use customs_test_harness::sap::SapSimulator;
use customs_test_harness::unipass::UnipassSimulator;

pub(crate) const USER: &str = "CUSTOMS";
pub(crate) const PASSWORD: &str = "bench";
pub(crate) const KEY: &str = "bench-key";

/// One job between these simulators; `job` and `unipass` are lines of these sections. The ledger stands beside the file.
pub(crate) fn text(
    name: &str,
    sap: &SapSimulator,
    customs: &UnipassSimulator,
    job: &str,
    unipass: &str,
) -> String {
    format!(
        r#"
[[job]]
name = "{name}"
company = "1000"
{job}
[job.source]
wsdl = "{wsdl}"
endpoint = "{endpoint}"
user = "{USER}"
password = "{PASSWORD}"
operation = "ZCustomsGetDue"
rows = "EtDue"
page = {{ size = "IvMax", cursor = "IvAfter", next = "EvNext" }}
keys = {{ table = "ItKeys" }}
key = ["Bukrs", "Vbeln"]
origin = ["Bukrs", "Vbeln", "Posnr"]
current = "Stats"
[job.query]
service = "cargo-progress"
params = {{ cargMtNo = "{{CargMtNo|trim}}" }}
[job.sink]
operation = "ZCustomsPutStatus"
rows = "ItStatus"
results = {{ table = "EtReturn", row = "Row" }}
columns = {{ Bukrs = "{{origin.Bukrs}}", Vbeln = "{{origin.Vbeln}}", Posnr = "{{origin.Posnr}}", Stats = "{{verdict|left:2}}" }}
[unipass]
base_url = "{base_url}"
keys = {{ API001 = "{KEY}" }}
{unipass}
[ledger]
url = "sqlite:customs.db"
"#,
        wsdl = sap.wsdl_url(),
        endpoint = sap.endpoint_url(),
        base_url = customs.base_url(),
    )
}
