//! Texts that do not stand among the arguments, which everybody on a machine and every shell history sees: `env:NAME` and
//! `file:PATH`.

use anyhow::Context as _;
use secrecy::SecretString;

/// The text that a place names; `None`: it is no place but a text itself. Neither is ever shown.
pub(crate) fn outside(option: &str, place: &str) -> anyhow::Result<Option<SecretString>> {
    if let Some(name) = place.strip_prefix("env:") {
        let text =
            std::env::var(name).map_err(|_| anyhow::anyhow!("{option}: there is no variable {name}"))?;
        return Ok(Some(SecretString::from(text.trim())));
    }
    let Some(file) = place.strip_prefix("file:") else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("{option}: {file} cannot be read"))?;
    Ok(Some(SecretString::from(text.trim())))
}

/// The same for what may not stand among the arguments.
///
/// # Errors
/// It does.
pub(crate) fn secret(option: &str, place: &str) -> anyhow::Result<SecretString> {
    outside(option, place)?
        .ok_or_else(|| anyhow::anyhow!("{option}: expected env:NAME or file:PATH, never the secret itself"))
}
