use ufm_simulation::*; use ufm_theory::{profile::*,start::*,weights::*,spectrum::Mode};
fn main(){
 let w=Weighting::power(0.5).unwrap();
 for i in 1..=48 { let r=10f64.powf(i as f64/4.0);
  for d in [64.0,200.0,400.0] {
   let h=ReducedFlow::new(&StepProfile::halves(4,r).unwrap(),w,Start::scaled(d).unwrap()).unwrap().half_amplitude_times().unwrap();
   let t=h.of(Mode::Contrast).unwrap();
   print!("{:.3e} {} C={:.9} imb {:.1e} steps {} rej {} | ",r,d,t-d,h.imbalance,h.statistics.steps,h.statistics.rejected);
  } println!();
 }
}
