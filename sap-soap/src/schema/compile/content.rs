//! Content models: groups, references and substitution groups expanded into fields.

use std::collections::HashSet;
use std::sync::Arc;

use super::{
    Compiler, Complex, Compositor, Content, Field, MAX_DERIVATION, RawParticle, RawTerm, UNBOUNDED,
    unresolved,
};

/// What stands around a particle, as far as it decides how often its elements occur.
#[derive(Clone, Copy)]
struct Around {
    min: u32,
    max: u32,
    depth: usize,
}

impl Compiler<'_> {
    /// Fills fields and content from a base (extension) and the type's own particle.
    pub(super) fn content(
        &mut self,
        particle: Option<&RawParticle>,
        base: Option<&Complex>,
        out: &mut Complex,
    ) -> Result<(), Arc<str>> {
        let mut fields = Vec::new();
        let mut content = None;
        if let Some(base) = base {
            for field in &base.fields {
                self.spend()?;
                fields.push(field.clone());
            }
            content.clone_from(&base.content);
            out.open |= base.open;
        }
        if let Some(particle) = particle {
            let around = Around {
                min: 1,
                max: 1,
                depth: 0,
            };
            let own = self.particle(particle, around, &mut fields, &mut out.open)?;
            content = match (content, own) {
                (Some(base), Some(own)) => Some(Content::Group {
                    compositor: Compositor::Sequence,
                    min: 1,
                    max: 1,
                    items: Box::new([base, own]),
                }),
                (base, own) => own.or(base),
            };
        }
        out.flat = !out.open && content.as_ref().is_none_or(is_flat) && distinct(&fields);
        out.fields = fields.into();
        out.content = content;
        Ok(())
    }

    fn particle(
        &mut self,
        particle: &RawParticle,
        around: Around,
        fields: &mut Vec<Field>,
        open: &mut bool,
    ) -> Result<Option<Content>, Arc<str>> {
        if around.depth > MAX_DERIVATION {
            return Err(format!("groups nest deeper than {MAX_DERIVATION}, or contain themselves").into());
        }
        self.spend()?;
        let (min, max) = (particle.min, particle.max);
        let inside = Around {
            min: around.min.saturating_mul(min),
            max: around.max.saturating_mul(max),
            depth: around.depth + 1,
        };
        Ok(match &particle.term {
            RawTerm::Element(id) => {
                let Some(raw) = self.raw.elements.get(*id as usize) else {
                    return Ok(None);
                };
                let field = self.field(raw, inside.min, inside.max);
                Some(push(fields, field, min, max))
            }
            RawTerm::ElementRef(name) => match self.raw.global_elements.get(name) {
                Some(id) => self.element_ref(*id, particle, inside, fields)?,
                None => {
                    let display = self.raw.names.display(*name);
                    let ty = self.add_extra(unresolved(format!("the element {display} is not declared")));
                    let field = Field {
                        name: Arc::clone(self.raw.names.get(name.local)),
                        namespace: self.raw.names.namespace(name.ns),
                        ty,
                        min: inside.min,
                        max: inside.max,
                        nillable: false,
                        default: None,
                        fixed: None,
                        is_abstract: false,
                        documentation: None,
                    };
                    Some(push(fields, field, min, max))
                }
            },
            RawTerm::Group(name) => {
                let Some(id) = self.raw.global_groups.get(name) else {
                    return Err(
                        format!("the group {} is not declared", self.raw.names.display(*name)).into(),
                    );
                };
                let Some(Some(definition)) = self.raw.groups.get(*id as usize) else {
                    return Ok(None);
                };
                let inner = self.particle(definition, inside, fields, open)?;
                inner.map(|inner| {
                    if (min, max) == (1, 1) {
                        inner
                    } else {
                        Content::Group {
                            compositor: Compositor::Sequence,
                            min,
                            max,
                            items: Box::new([inner]),
                        }
                    }
                })
            }
            RawTerm::Any => {
                *open = true;
                Some(Content::Any { min })
            }
            RawTerm::Model(compositor, items) => {
                let mut inside = inside;
                // One branch is enough, so no single one must be there.
                if *compositor == Compositor::Choice && items.len() > 1 {
                    inside.min = 0;
                }
                let mut contents = Vec::with_capacity(items.len());
                for item in items {
                    contents.extend(self.particle(item, inside, fields, open)?);
                }
                Some(Content::Group {
                    compositor: *compositor,
                    min,
                    max,
                    items: contents.into(),
                })
            }
        })
    }

    /// A reference to a root element: itself, or a choice between itself and the members of its substitution group.
    fn element_ref(
        &mut self,
        id: u32,
        particle: &RawParticle,
        inside: Around,
        fields: &mut Vec<Field>,
    ) -> Result<Option<Content>, Arc<str>> {
        let raw = self.raw;
        let members = self.substitutes(id)?;
        let Some(head) = raw.elements.get(id as usize) else {
            return Ok(None);
        };
        if members.is_empty() {
            let field = self.field(head, inside.min, inside.max);
            return Ok(Some(push(fields, field, particle.min, particle.max)));
        }
        let mut items = Vec::new();
        for id in std::iter::once(id).chain(members) {
            let Some(element) = raw.elements.get(id as usize) else {
                continue;
            };
            if !element.is_abstract {
                self.spend()?;
                let field = self.field(element, 0, inside.max);
                items.push(push(fields, field, 1, 1));
            }
        }
        Ok(Some(Content::Group {
            compositor: Compositor::Choice,
            min: particle.min,
            max: particle.max,
            items: items.into(),
        }))
    }

    /// The elements that may stand for this one, indirect members included.
    fn substitutes(&mut self, id: u32) -> Result<Vec<u32>, Arc<str>> {
        let raw = self.raw;
        let mut found: Vec<u32> = Vec::new();
        let mut seen = HashSet::from([id]);
        let mut next = 0;
        let mut current = id;
        loop {
            let name = raw.elements.get(current as usize).map(|e| e.name);
            for member in name
                .and_then(|n| self.members.get(&n))
                .cloned()
                .unwrap_or_default()
            {
                if seen.insert(member) {
                    self.spend()?;
                    found.push(member);
                }
            }
            let Some(member) = found.get(next) else {
                return Ok(found);
            };
            current = *member;
            next += 1;
        }
    }
}

fn push(fields: &mut Vec<Field>, field: Field, min: u32, max: u32) -> Content {
    // The budget of fields is far below u32.
    let index = u32::try_from(fields.len()).unwrap_or(UNBOUNDED);
    fields.push(field);
    Content::Field { index, min, max }
}

/// Sequences (and alls) that occur once, down to the fields.
fn is_flat(content: &Content) -> bool {
    match content {
        Content::Field { .. } => true,
        Content::Any { .. } => false,
        Content::Group {
            compositor,
            min,
            max,
            items,
        } => *compositor != Compositor::Choice && (*min, *max) == (1, 1) && items.iter().all(is_flat),
    }
}

fn distinct(fields: &[Field]) -> bool {
    let mut names: Vec<&str> = fields.iter().map(|f| &*f.name).collect();
    names.sort_unstable();
    names.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_not_flat() {
        let field = Content::Field {
            index: 0,
            min: 1,
            max: 1,
        };
        let group = |compositor| Content::Group {
            compositor,
            min: 1,
            max: 1,
            items: Box::new([field.clone()]),
        };
        assert!(is_flat(&group(Compositor::Sequence)));
        assert!(!is_flat(&group(Compositor::Choice)));
    }
}
