//! Chance.

/// A small generator of numbers that are the same in every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }

    pub(crate) fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    /// Some of these, each at most once, in their order.
    pub(crate) fn some<T: Clone>(&mut self, values: &[T]) -> Vec<T> {
        values.iter().filter(|_| self.one_in(2)).cloned().collect()
    }

    /// One of these, or nothing.
    pub(crate) fn perhaps<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        (!self.one_in(4)).then(|| self.pick(values))
    }
}
