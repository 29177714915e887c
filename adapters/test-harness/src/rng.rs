//! Deterministic numbers: the same seed, stream and index give the same number for ever, on every machine.
//!
//! `std`'s hashers and the `rand` crates promise no stable output, and a world must not change with a compiler.

/// A number for `index` in the stream of that name (SplitMix64 over the three).
pub(crate) fn mix(seed: u64, stream: u64, index: u64) -> u64 {
    scramble(scramble(scramble(seed) ^ stream) ^ index)
}

/// A stable hash of text.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        scramble(state ^ u64::from(byte))
    })
}

/// A share in [0, 1).
pub(crate) fn share(seed: u64, stream: u64, index: u64) -> f64 {
    const BITS: u32 = 53;
    let scale = (1_u64 << BITS) as f64;
    (mix(seed, stream, index) >> (64 - BITS)) as f64 / scale
}

fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_never_change() {
        assert_eq!(mix(1, 2, 3), mix(1, 2, 3));
        assert_ne!(mix(1, 2, 3), mix(1, 2, 4));
        assert_ne!(mix(1, 2, 3), mix(2, 2, 3));
        assert_eq!(
            scramble(0),
            0xe220_a839_7b1d_cdaf,
            "the published first output of SplitMix64 for seed 0"
        );
    }

    #[test]
    fn shares_are_even() {
        let hits = (0..10_000).filter(|index| share(7, 1, *index) < 0.1).count();
        assert!((900..1100).contains(&hits), "{hits}");
    }
}
