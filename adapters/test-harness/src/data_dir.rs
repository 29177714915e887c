//! The data directory: what makes a simulator show the same world at its next start.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::StartError;
use crate::world::World;

/// The seed of a world when none is asked for.
const DEFAULT_SEED: u64 = 1;

/// `world.json`: both simulators of one data directory read it, so that they show one world. The day may be edited by
/// hand; it is read at the start.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    seed: u64,
    day: u32,
}

/// The world to show: what the directory holds, else what is asked for, which is then written there.
pub(crate) fn world(dir: Option<&Path>, seed: Option<u64>, day: Option<u32>) -> Result<World, StartError> {
    let asked = Saved {
        seed: seed.unwrap_or(DEFAULT_SEED),
        day: day.unwrap_or(0),
    };
    let Some(dir) = dir else {
        return Ok(World::new(asked.seed, asked.day));
    };
    fs::create_dir_all(dir).map_err(StartError::file(dir))?;
    let path = dir.join("world.json");
    let saved = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str::<Saved>(&text).map_err(|error| StartError::Content {
            path: path.clone(),
            line: error.line(),
            reason: error.to_string(),
        })?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Written beside and renamed, so that two simulators that start at once never read half a file.
            let text = format!("{{\"seed\":{},\"day\":{}}}\n", asked.seed, asked.day);
            let beside = dir.join(format!("world.json.{}", std::process::id()));
            fs::write(&beside, text).map_err(StartError::file(&beside))?;
            fs::rename(&beside, &path).map_err(StartError::file(&path))?;
            asked
        }
        Err(source) => return Err(StartError::File { path, source }),
    };
    if let Some(expected) = seed.filter(|seed| *seed != saved.seed) {
        return Err(StartError::OtherSeed {
            path,
            found: saved.seed,
            expected,
        });
    }
    Ok(World::new(saved.seed, day.unwrap_or(saved.day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_keeps_the_world() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert_eq!(world(Some(dir), Some(7), None).unwrap(), World::new(7, 0));
        assert_eq!(world(Some(dir), None, None).unwrap(), World::new(7, 0));
        assert_eq!(world(Some(dir), None, Some(3)).unwrap(), World::new(7, 3));
        let error = world(Some(dir), Some(8), None).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("holds the world of seed 7, not of seed 8"),
            "{error}"
        );
        fs::write(dir.join("world.json"), "{\"seed\":1}").unwrap();
        let error = world(Some(dir), None, None).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("world.json, line 1: missing field `day`"),
            "{error}"
        );
    }
}
