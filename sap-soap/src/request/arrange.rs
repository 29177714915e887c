//! Puts what was given into the schema's order, and fills in what must be there.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::plan::Slot;
use crate::schema::{Compositor, Content};

/// A group is repeated no more often than this to make up entries that must be there.
const MAX_FILLED: u32 = 1000;

/// What was written, as ranges of bytes: for each field, in the order in which it was given.
#[derive(Debug, Default)]
pub(super) struct Queues {
    by_field: HashMap<u32, Queue>,
    /// Elements that the schema does not know.
    pub(super) free: Vec<Range<usize>>,
    /// Fields of the same name share the queue of the first.
    aliases: HashMap<u32, u32>,
}

#[derive(Debug, Default)]
struct Queue {
    ranges: Vec<Range<usize>>,
    taken: usize,
}

impl Queues {
    pub(super) fn new(slots: &[Slot]) -> Self {
        let mut first: HashMap<&str, u32> = HashMap::with_capacity(slots.len());
        let mut aliases = HashMap::new();
        for (index, slot) in slots.iter().enumerate() {
            let index = index as u32;
            let primary = *first.entry(&slot.name).or_insert(index);
            if primary != index {
                aliases.insert(index, primary);
            }
        }
        Self {
            aliases,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, field: u32, range: Range<usize>) {
        let field = self.primary(field);
        self.by_field.entry(field).or_default().ranges.push(range);
    }

    /// A field of which entries are left.
    pub(super) fn left_over(&self) -> Option<u32> {
        self.by_field
            .iter()
            .filter(|(_, queue)| queue.taken < queue.ranges.len())
            .map(|(field, _)| *field)
            .min()
    }

    fn primary(&self, field: u32) -> u32 {
        self.aliases.get(&field).copied().unwrap_or(field)
    }

    fn has(&self, field: u32) -> bool {
        self.by_field
            .get(&self.primary(field))
            .is_some_and(|queue| queue.taken < queue.ranges.len())
    }

    fn take(&mut self, field: u32) -> Option<Range<usize>> {
        let field = self.primary(field);
        let queue = self.by_field.get_mut(&field)?;
        let range = queue.ranges.get(queue.taken)?.clone();
        queue.taken += 1;
        Some(range)
    }
}

/// Writes a content model: what was given (ranges of `source`) where it belongs, `fill` for what must be there.
pub(super) fn emit<F>(
    content: &Content,
    slots: &[Slot],
    queues: &mut Queues,
    source: &[u8],
    out: &mut Vec<u8>,
    fill: &mut F,
) -> Result<(), Arc<str>>
where
    F: FnMut(&Slot, &mut Vec<u8>) -> Result<(), Arc<str>>,
{
    match content {
        Content::Field { index, min, max } => {
            let mut written = 0;
            while written < *max
                && let Some(range) = queues.take(*index)
            {
                out.extend_from_slice(source.get(range).unwrap_or_default());
                written += 1;
            }
            let Some(slot) = slots.get(*index as usize) else {
                return Ok(());
            };
            while written < (*min).min(MAX_FILLED) {
                fill(slot, out)
                    .map_err(|reason| -> Arc<str> { format!("{}: {reason}", slot.name).into() })?;
                written += 1;
            }
        }
        Content::Group {
            compositor,
            min,
            max,
            items,
        } => {
            let mut written = 0;
            while written < *max && given(content, queues) > 0 {
                round(*compositor, items, slots, queues, source, out, fill)?;
                written += 1;
            }
            while written < (*min).min(MAX_FILLED) && !can_be_empty(items, *compositor) {
                round(*compositor, items, slots, queues, source, out, fill)?;
                written += 1;
            }
        }
        Content::Any { .. } => {
            for range in std::mem::take(&mut queues.free) {
                out.extend_from_slice(source.get(range).unwrap_or_default());
            }
        }
    }
    Ok(())
}

/// A group, once.
fn round<F>(
    compositor: Compositor,
    items: &[Content],
    slots: &[Slot],
    queues: &mut Queues,
    source: &[u8],
    out: &mut Vec<u8>,
    fill: &mut F,
) -> Result<(), Arc<str>>
where
    F: FnMut(&Slot, &mut Vec<u8>) -> Result<(), Arc<str>>,
{
    if compositor == Compositor::Choice {
        // The branch of which most was given; nothing given: the first.
        let mut best: Option<(usize, &Content)> = None;
        for item in items {
            let given = given(item, queues);
            if best.is_none_or(|(most, _)| given > most) {
                best = Some((given, item));
            }
        }
        return match best {
            Some((_, branch)) => emit(branch, slots, queues, source, out, fill),
            None => Ok(()),
        };
    }
    for item in items {
        emit(item, slots, queues, source, out, fill)?;
    }
    Ok(())
}

/// How many different fields of this part were given.
fn given(content: &Content, queues: &Queues) -> usize {
    if queues.by_field.is_empty() {
        return 0;
    }
    match content {
        Content::Field { index, .. } => usize::from(queues.has(*index)),
        Content::Group { items, .. } => items.iter().map(|item| given(item, queues)).sum(),
        Content::Any { .. } => 0,
    }
}

fn can_be_empty(items: &[Content], compositor: Compositor) -> bool {
    let empty = |item: &Content| match item {
        Content::Field { min, .. } | Content::Any { min } => *min == 0,
        Content::Group {
            compositor,
            min,
            items,
            ..
        } => *min == 0 || can_be_empty(items, *compositor),
    };
    match compositor {
        Compositor::Choice => items.is_empty() || items.iter().any(empty),
        Compositor::Sequence | Compositor::All => items.iter().all(empty),
    }
}
