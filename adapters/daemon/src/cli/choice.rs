//! Which jobs of a configuration a command means.

use crate::config::{Config, JobConfig};
use anyhow::bail;
use customs_core::Pipeline;

/// Names a job, where a configuration has several.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct JobArg {
    /// The job; needed only where the configuration has several.
    #[arg(long, value_name = "NAME")]
    pub(crate) job: Option<String>,
    /// The company, where jobs of several companies have one name.
    #[arg(long, value_name = "COMPANY")]
    pub(crate) company: Option<String>,
}

impl JobArg {
    fn fits(&self, company: &str, job: &str) -> bool {
        self.job.as_deref().is_none_or(|j| j == job) && self.company.as_deref().is_none_or(|c| c == company)
    }

    /// All jobs that are meant.
    pub(crate) fn all<'a>(&self, config: &'a Config) -> anyhow::Result<Vec<&'a JobConfig>> {
        let jobs: Vec<&JobConfig> = config
            .jobs
            .iter()
            .filter(|j| self.fits(&j.company, &j.name))
            .collect();
        if jobs.is_empty() {
            bail!("--job: found {}, expected one of {}", self.given(), names(config));
        }
        Ok(jobs)
    }

    /// The one pipeline that is meant.
    pub(crate) fn one<'a>(&self, config: &Config, pipelines: &'a [Pipeline]) -> anyhow::Result<&'a Pipeline> {
        let fitting: Vec<&Pipeline> = pipelines
            .iter()
            .filter(|p| self.fits(p.job().company.as_str(), p.job().name.as_str()))
            .collect();
        match fitting[..] {
            [pipeline] => Ok(pipeline),
            _ => bail!(
                "--job: found {}, which is {} jobs, expected one of {}",
                self.given(),
                fitting.len(),
                names(config)
            ),
        }
    }

    fn given(&self) -> String {
        match (&self.job, &self.company) {
            (None, None) => "nothing".to_owned(),
            (Some(job), None) => format!("{job:?}"),
            (None, Some(company)) => format!("--company {company:?}"),
            (Some(job), Some(company)) => format!("{job:?} of company {company:?}"),
        }
    }
}

fn names(config: &Config) -> String {
    let names: Vec<String> = config
        .jobs
        .iter()
        .map(|j| format!("{} (company {})", j.name, j.company))
        .collect();
    names.join(", ")
}
