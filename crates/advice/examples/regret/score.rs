//! From accuracies of each class along training to regrets.

use anyhow::Result;
use ufm_networks::statistics::Paired;

/// Accuracy of each class at each recorded step.
pub type Path = Vec<Vec<f64>>;

/// One rule and what it gave: a path for each seed.
pub struct Rule {
    pub name: String,
    /// Mean over seeds.
    pub gamma: f64,
    /// Whether it is a point of the grid, rather than a rule of its own.
    pub of_grid: bool,
    pub paths: Vec<Path>,
}

fn balanced(recalls: &[f64]) -> f64 {
    recalls.iter().sum::<f64>() / recalls.len() as f64
}

fn worst(recalls: &[f64]) -> f64 {
    recalls.iter().copied().fold(1.0, f64::min)
}

/// The step that is best on average over the first half of the seeds, the average there, and what it gives each seed of the second half.
fn stopped(paths: &[Path], of: fn(&[f64]) -> f64) -> (f64, Vec<f64>) {
    let half = paths.len() / 2;
    let mean = |step: usize| {
        let values = paths[..half].iter().map(|path| of(&path[step]));
        values.sum::<f64>() / half as f64
    };
    let best = (0..paths[0].len())
        .map(|step| (mean(step), step))
        .fold((f64::NEG_INFINITY, 0), |a, b| if b.0 > a.0 { b } else { a });
    let measured = paths[half..].iter().map(|path| of(&path[best.1])).collect();
    (best.0, measured)
}

/// Rows of the table.
pub fn rows(data: &str, model: &str, rules: &[Rule]) -> Result<Vec<String>> {
    let mut rows = Vec::new();
    for (score, of) in [
        ("balanced", balanced as fn(&[f64]) -> f64),
        ("worst", worst),
    ] {
        let measured: Vec<(f64, Vec<f64>)> =
            rules.iter().map(|rule| stopped(&rule.paths, of)).collect();
        let best = (0..rules.len())
            .filter(|&i| rules[i].of_grid)
            .fold(None, |best: Option<usize>, i| match best {
                Some(j) if measured[j].0 >= measured[i].0 => Some(j),
                _ => Some(i),
            })
            .unwrap_or(0);
        for (rule, (_, values)) in rules.iter().zip(&measured) {
            let regret = Paired::above(&measured[best].1, values)?.difference;
            rows.push(format!(
                "{data},{model},{score},{},{:.3},{:.4},{},{:.4},{:.4},{}",
                rule.name,
                rule.gamma,
                values.iter().sum::<f64>() / values.len() as f64,
                rules[best].gamma,
                regret.mean,
                regret.half_width,
                values.len()
            ));
        }
    }
    Ok(rows)
}
