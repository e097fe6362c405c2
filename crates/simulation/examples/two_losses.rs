//! My own class counts, γ = 0.7, both losses, a random start of width 16: half times and the accuracy of each class.

use ufm_simulation::{Initialisation, Loss, Problem, Simulation, SimulationError};
use ufm_theory::problem::{ClassProfile, Weighting};

fn main() -> Result<(), SimulationError> {
    for loss in [Loss::Squared, Loss::CROSS_ENTROPY] {
        let profile = ClassProfile::from_counts(&[40, 16, 6, 2])?;
        let problem = Problem::new(&profile, Weighting::power(0.7)?)?.with_loss(loss)?;
        let start = Initialisation::gaussian(5.0, 42)?.with_dimension(16);
        let run = Simulation::new(&problem, start).run(10)?;
        let half = run.half_amplitude_times();
        println!("{loss:?} in {:?}: half times {half:.2?}", run.solver);
        for moment in &run.moments {
            println!("{:8.2} {:.2?}", moment.time, moment.accuracies());
        }
    }
    Ok(())
}
