//! Jobs that are paused.

use async_trait::async_trait;

use super::{MemoryLedger, job_of, lock};
use crate::{CallContext, JobLedger, JobRow, Pause, Result};

#[async_trait]
impl JobLedger for MemoryLedger {
    async fn pause(&self, cx: &CallContext, by: &str) -> Result<bool> {
        let mut content = lock(&self.content);
        let pause = content.pauses.entry(job_of(cx)).or_default();
        let changed = pause.is_none();
        if changed {
            *pause = Some(Pause {
                at: self.clock.now(),
                by: by.to_owned(),
            });
        }
        Ok(changed)
    }

    async fn resume(&self, cx: &CallContext) -> Result<bool> {
        let mut content = lock(&self.content);
        Ok(content
            .pauses
            .get_mut(&job_of(cx))
            .is_some_and(|pause| pause.take().is_some()))
    }

    async fn jobs(&self) -> Result<Vec<JobRow>> {
        let content = lock(&self.content);
        let row = |((company, job), pause): (&(_, _), &Option<Pause>)| JobRow {
            company: Clone::clone(company),
            job: Clone::clone(job),
            pause: pause.clone(),
        };
        Ok(content.pauses.iter().map(row).collect())
    }
}
