//! Learning rates that change as training goes on.

/// The learning rate of a step, relative to the one that was set.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// Always the same.
    Constant,
    /// `gamma` as much after every so many steps.
    Step {
        /// How many steps.
        every: u64,
        /// The factor.
        gamma: f32,
    },
    /// Half a wave of the cosine, from 1 to `floor` (Loshchilov and Hutter 2017).
    Cosine {
        /// Steps of the half wave.
        steps: u64,
        /// Where it ends.
        floor: f32,
    },
    /// A straight line up from `1 / steps`, then another schedule.
    WarmUp {
        /// Steps until it is 1.
        steps: u64,
        /// What comes then.
        then: Box<Schedule>,
    },
    /// Up from `1 / 25` and down to `1 / 250,000`, both in half waves of the cosine (Smith and Topin 2018).
    OneCycle {
        /// Steps of the cycle.
        steps: u64,
        /// Share of them that goes up.
        rise: f32,
    },
}

/// Half a wave of the cosine from `a` to `b`.
fn wave(a: f64, b: f64, share: f64) -> f64 {
    b + (a - b) * 0.5 * (1.0 + libm::cos(std::f64::consts::PI * share.clamp(0.0, 1.0)))
}

impl Schedule {
    /// The factor of step number `step`, from 0.
    pub fn factor(&self, step: u64) -> f32 {
        match self {
            Schedule::Constant => 1.0,
            Schedule::Step { every, gamma } => {
                gamma.powi((step / (*every).max(1)).min(i32::MAX as u64) as i32)
            }
            Schedule::Cosine { steps, floor } => {
                wave(1.0, f64::from(*floor), step as f64 / (*steps).max(1) as f64) as f32
            }
            Schedule::WarmUp { steps, .. } if step < *steps => (step + 1) as f32 / *steps as f32,
            Schedule::WarmUp { steps, then } => then.factor(step - steps),
            Schedule::OneCycle { steps, rise } => {
                let top = (f64::from(*rise) * *steps as f64 - 1.0).max(0.0);
                let end = (*steps).max(1) as f64 - 1.0;
                let step = step as f64;
                let first = 1.0 / 25.0;
                let value = if step <= top {
                    wave(first, 1.0, if top > 0.0 { step / top } else { 1.0 })
                } else {
                    wave(1.0, first / 1e4, (step - top) / (end - top).max(1e-9))
                };
                value as f32
            }
        }
    }
}

/// Lowers the learning rate when a loss does not fall any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Plateau {
    /// What the rate is multiplied by.
    pub factor: f32,
    /// For how many epochs the loss may not fall.
    pub patience: u32,
    /// By what share it has to fall to count.
    pub threshold: f32,
    /// Where the rate stays.
    pub floor: f32,
    best: f32,
    waited: u32,
}

impl Default for Plateau {
    fn default() -> Plateau {
        Plateau { factor: 0.1, patience: 10, threshold: 1e-4, floor: 0.0, best: f32::INFINITY, waited: 0 }
    }
}

impl Plateau {
    /// What it has to know to go on: the best loss, and for how many epochs it has waited.
    pub fn state(&self) -> (f32, u32) {
        (self.best, self.waited)
    }

    /// Goes on where [`Plateau::state`] was.
    pub fn load_state(&mut self, (best, waited): (f32, u32)) {
        (self.best, self.waited) = (best, waited);
    }

    /// The rate after an epoch with this loss.
    pub fn rate(&mut self, rate: f32, loss: f32) -> f32 {
        if loss < self.best * (1.0 - self.threshold) {
            (self.best, self.waited) = (loss, 0);
            return rate;
        }
        self.waited += 1;
        if self.waited <= self.patience {
            return rate;
        }
        self.waited = 0;
        (rate * self.factor).max(self.floor.min(rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_go_where_they_should() {
        let step = Schedule::Step { every: 10, gamma: 0.5 };
        assert_eq!([0, 9, 10, 25].map(|s| step.factor(s)), [1.0, 1.0, 0.5, 0.25]);
        let cosine = Schedule::Cosine { steps: 100, floor: 0.1 };
        assert!((cosine.factor(50) - 0.55).abs() < 1e-6 && (cosine.factor(100) - 0.1).abs() < 1e-6);
        let warm = Schedule::WarmUp { steps: 4, then: Box::new(step) };
        assert_eq!([0, 3, 4, 14].map(|s| warm.factor(s)), [0.25, 1.0, 1.0, 0.5]);
        let cycle = Schedule::OneCycle { steps: 100, rise: 0.3 };
        assert!((cycle.factor(0) - 0.04).abs() < 1e-6);
        assert!((cycle.factor(29) - 1.0).abs() < 1e-6);
        assert!((cycle.factor(99) - 4e-6).abs() < 1e-7);
    }

    #[test]
    fn a_plateau_lowers_the_rate_once_its_patience_ends() {
        let mut plateau = Plateau { patience: 2, factor: 0.5, ..Plateau::default() };
        let rates: Vec<f32> = [1.0, 0.9, 0.9, 0.9, 0.9, 0.5]
            .iter()
            .scan(1.0, |rate, &loss| {
                *rate = plateau.rate(*rate, loss);
                Some(*rate)
            })
            .collect();
        assert_eq!(rates, [1.0, 1.0, 1.0, 1.0, 0.5, 0.5]);
    }
}
