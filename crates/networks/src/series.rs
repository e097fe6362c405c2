//! Experiments side by side that differ in a setting: an imbalance ratio, a width, an architecture, a remedy.

use serde::{Deserialize, Serialize};
use ufm_data::DataSet;

use crate::{
    NetworkError,
    experiment::{Experiment, Handle, Means, Results},
    plan::Plan,
};

/// A series of experiments, as a parameter file says it.
///
/// ```
/// use ufm_networks::series::Series;
/// let series: Series = serde_json::from_value(serde_json::json!({
///     "gammas": [0.0, 1.0], "seeds": [1, 2],
///     "plan": {
///         "architecture": "small-cnn", "loss": "cross-entropy", "optimiser": "sgd", "learning-rate": 0.1, "batch": 32, "steps": 40,
///         "majority": [0, 1, 2, 3, 4], "majority-samples": 100, "ratio": 10.0
///     },
///     "members": [{ "label": "R = 1", "set": { "ratio": 1 }, "gammas": [0.0] }, { "label": "R = 20", "set": { "ratio": 20.0 } }]
/// }))?;
/// let experiments = series.experiments()?;
/// assert_eq!(experiments[1].plan.sizes()?, Some((100, 20.0)));
/// assert_eq!(experiments[0].gammas, [0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Series {
    /// Weight exponents, of members that have none of their own.
    pub gammas: Vec<f64>,
    /// Seeds of every member.
    pub seeds: Vec<u64>,
    /// What all members share.
    pub plan: Plan,
    /// How each differs.
    pub members: Vec<Member>,
}

/// One experiment of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Member {
    /// What it is called in tables and drawings.
    pub label: String,
    /// Weight exponents of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gammas: Option<Vec<f64>>,
    /// Settings of the plan that it has otherwise.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub set: serde_json::Map<String, serde_json::Value>,
}

/// What a series gave: each member's label with its results, in order.
pub type SeriesResults = Vec<(String, Results)>;

impl Series {
    /// The experiments, in the order of the members.
    ///
    /// # Errors
    /// [`NetworkError::Plan`] if a member sets what a plan does not have, or to what is not allowed there, or if two have one label.
    pub fn experiments(&self) -> Result<Vec<Experiment>, NetworkError> {
        let refuse = |label: &str, why: String| NetworkError::Plan {
            setting: "members",
            why: format!("\"{label}\": {why}"),
        };
        let mut experiments = Vec::with_capacity(self.members.len());
        for (place, member) in self.members.iter().enumerate() {
            let label = &member.label;
            let before = &self.members[..place];
            if label.is_empty() || before.iter().any(|other| other.label == *label) {
                return Err(refuse(label, "each needs a label of its own".into()));
            }
            let whole = serde_json::to_value(&self.plan);
            let mut plan = whole.map_err(|error| refuse(label, error.to_string()))?;
            if let Some(settings) = plan.as_object_mut() {
                settings.extend(member.set.clone());
            }
            experiments.push(Experiment {
                plan: serde_json::from_value(plan)
                    .map_err(|error| refuse(label, error.to_string()))?,
                gammas: member.gammas.as_ref().unwrap_or(&self.gammas).clone(),
                seeds: self.seeds.clone(),
            });
        }
        Ok(experiments)
    }

    /// Refuses everything that can be refused before training.
    ///
    /// # Errors
    /// As for [`Self::experiments`] and [`Experiment::check`].
    pub fn check(&self, data: &DataSet) -> Result<(), NetworkError> {
        self.experiments()?
            .iter()
            .try_for_each(|experiment| experiment.check(data))
    }

    /// Steps of all runs together.
    ///
    /// # Errors
    /// As for [`Self::experiments`].
    pub fn steps(&self) -> Result<usize, NetworkError> {
        Ok(self.experiments()?.iter().map(Experiment::steps).sum())
    }

    /// Runs one member after the other, each on all threads. Where runs of other shares are missing the remaining members are trained all the same,
    /// so that a share does all that is its own.
    ///
    /// # Errors
    /// As for [`Experiment::run_by`].
    pub fn run(
        &self,
        means: &Means<'_>,
        data: &DataSet,
        control: &Handle,
    ) -> Result<SeriesResults, NetworkError> {
        self.check(data)?;
        let (mut results, mut missing) = (Vec::new(), None);
        for (member, experiment) in self.members.iter().zip(self.experiments()?) {
            match experiment.run_by(means, data, control) {
                Ok(found) => results.push((member.label.clone(), found)),
                Err(NetworkError::Stopped { done, all }) => {
                    let (before, of) = missing.unwrap_or((0, 0));
                    missing = Some((before + done, of + all));
                }
                Err(error) => return Err(error),
            }
        }
        match missing {
            None => Ok(results),
            Some((done, all)) => {
                let finished = |(_, found): &(String, Results)| found.runs();
                let finished: usize = results.iter().map(finished).sum();
                Err(NetworkError::Stopped {
                    done: done + finished,
                    all: all + finished,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use serde_json::json;

    use super::*;
    use crate::experiment::Share;

    fn series(members: serde_json::Value) -> Series {
        serde_json::from_value(json!({
            "gammas": [0.0, 1.0], "seeds": [1, 2],
            "plan": {
                "architecture": "small-cnn", "loss": "cross-entropy", "optimiser": "sgd", "learning-rate": 0.1, "batch": 16, "steps": 4,
                "majority": [0, 1, 2, 3, 4], "majority-samples": 20, "ratio": 10.0
            },
            "members": members
        }))
        .unwrap()
    }

    #[test]
    fn members_that_are_none_are_refused() {
        for (members, expected) in [
            (json!([{ "label": "" }]), "label of its own"),
            (
                json!([{ "label": "a" }, { "label": "a" }]),
                "label of its own",
            ),
            (json!([{ "label": "a", "set": { "colour": 1 } }]), "colour"),
            (json!([{ "label": "a", "set": { "ratio": 0.5 } }]), "0.5"),
            (
                json!([{ "label": "a", "set": { "architecture": "cm" } }]),
                "cm",
            ),
        ] {
            let error = series(members).experiments().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn shares_together_are_the_series() {
        let data = ufm_data::digits::load(0).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let series = series(json!([{ "label": "a" }, { "label": "b", "set": { "ratio": 2 } }]));
        assert_eq!(series.steps().unwrap(), 2 * 4 * 4);
        let share = |index| Means {
            share: Share::new(index, 2).unwrap(),
            ..Means::kept_in(Some(folder.path()))
        };
        let handle = Handle::default();
        let first = series.run(&share(0), &data, &handle);
        assert!(matches!(
            first,
            Err(NetworkError::Stopped { done: 4, all: 8 })
        ));
        assert_eq!(handle.steps(), 16);
        let both = series.run(&share(1), &data, &Handle::default()).unwrap();
        assert_eq!(both.len(), 2);
        assert_eq!((both[0].0.as_str(), both[1].1.runs()), ("a", 4));
    }
}
