//! From scores to events.

use heapless::Deque;

/// When a class is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The score from which on a window speaks for a class,
    pub on: i32,
    /// and for one that is there already: lower, so that it does not come and go.
    pub off: i32,
    /// How many of the last windows must speak for it.
    pub votes: usize,
    /// How long nothing else happens behind an event, in the units of time that are passed in.
    pub quiet: u64,
}

/// A class is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which one.
    pub class: usize,
    /// When: as it was passed in.
    pub at: u64,
}

/// Makes events of the answers to the last `N` windows.
#[derive(Clone, Debug)]
pub struct Events<const N: usize> {
    rule: Rule,
    last: Deque<Option<usize>, N>,
    there: Option<usize>,
    quiet_until: u64,
}

impl<const N: usize> Events<N> {
    /// Nothing is there.
    pub const fn new(rule: Rule) -> Self {
        Events { rule, last: Deque::new(), there: None, quiet_until: 0 }
    }

    /// Takes the scores of a window and its time. A class that has come is an event once: it is there until the last windows
    /// speak for it no more.
    pub fn push<T: Copy + Into<i32>>(&mut self, scores: &[T], at: u64) -> Option<Event> {
        let best = scores.iter().map(|score| (*score).into()).enumerate();
        let best = best.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let speaks = best.filter(|(class, score)| {
            *score >= if self.there == Some(*class) { self.rule.off } else { self.rule.on }
        });
        if self.last.is_full() {
            self.last.pop_front();
        }
        // there is room
        let _ = self.last.push_back(speaks.map(|(class, _)| class));
        let votes = |class| self.last.iter().filter(|vote| **vote == Some(class)).count();
        if self.there.is_some_and(|class| votes(class) < self.rule.votes) {
            self.there = None;
        }
        let (class, _) = speaks?;
        if self.there == Some(class) || votes(class) < self.rule.votes || at < self.quiet_until {
            return None;
        }
        self.there = Some(class);
        self.quiet_until = at.saturating_add(self.rule.quiet);
        Some(Event { class, at })
    }

    /// The class that is there.
    pub const fn there(&self) -> Option<usize> {
        self.there
    }
}
