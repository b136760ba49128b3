//! The memory plan: temporary buffers whose lifetimes do not overlap share an allocation.
//!
//! An allocation is a buffer of the device, and holds one temporary at a time: WebGPU lets no dispatch read and write the same buffer,
//! so that parts of one large buffer would not do.

use super::{BufferId, Contents, Program};

/// Where each buffer of a program lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryPlan {
    /// For each buffer, its allocation; nothing for what is not temporary, or not used.
    pub allocation: Vec<Option<usize>>,
    /// The length of each allocation, in numbers.
    pub lengths: Vec<usize>,
}

/// A temporary's first and last dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lifetime {
    first: usize,
    last: usize,
}

impl Lifetime {
    fn overlaps(self, other: Lifetime) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

impl MemoryPlan {
    /// Plans a program's memory: the longest first, each into the first allocation that is free while it is needed.
    pub fn new(program: &Program) -> Self {
        let lifetimes = lifetimes(program);
        let mut temporaries: Vec<(usize, Lifetime)> = lifetimes
            .iter()
            .enumerate()
            .filter(|(index, _)| program.buffers[*index].contents == Contents::Temporary)
            .filter_map(|(index, lifetime)| Some((index, (*lifetime)?)))
            .collect();
        // Of equal ones, the earlier is placed first: the order is the program's alone.
        temporaries.sort_by_key(|(index, _)| std::cmp::Reverse(program.buffers[*index].len));
        let mut plan = MemoryPlan {
            allocation: vec![None; program.buffers.len()],
            lengths: Vec::new(),
        };
        let mut taken: Vec<Vec<Lifetime>> = Vec::new();
        for (index, lifetime) in temporaries {
            let is_free =
                |others: &Vec<Lifetime>| !others.iter().any(|other| lifetime.overlaps(*other));
            let allocation = taken.iter().position(is_free).unwrap_or_else(|| {
                taken.push(Vec::new());
                plan.lengths.push(program.buffers[index].len);
                taken.len() - 1
            });
            taken[allocation].push(lifetime);
            plan.allocation[index] = Some(allocation);
        }
        plan
    }

    /// Bytes of all allocations.
    pub fn bytes(&self) -> u64 {
        self.lengths.iter().map(|len| 4 * *len as u64).sum()
    }
}

/// Bytes that a program takes on a device, without what others own.
pub fn device_bytes(program: &Program) -> u64 {
    let is_own =
        |contents: &Contents| matches!(contents, Contents::Persistent | Contents::Constant(_));
    let own = program.buffers.iter().filter(|spec| is_own(&spec.contents));
    let own: u64 = own.map(|spec| 4 * spec.len as u64).sum();
    MemoryPlan::new(program).bytes() + own
}

/// When each buffer is used; nothing where it never is.
fn lifetimes(program: &Program) -> Vec<Option<Lifetime>> {
    let mut lifetimes: Vec<Option<Lifetime>> = vec![None; program.buffers.len()];
    for (at, dispatch) in program.dispatches.iter().enumerate() {
        for binding in &dispatch.bindings {
            let BufferId(index) = binding.view.buffer;
            let lifetime = lifetimes[index].get_or_insert(Lifetime {
                first: at,
                last: at,
            });
            lifetime.last = at;
        }
    }
    lifetimes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gpu::kernel::Kernel;
    use crate::ops::gpu::program::View;

    /// A chain in which each dispatch reads what the one before wrote.
    fn chain(lengths: &[usize]) -> (Program, Vec<View>) {
        let mut program = Program::default();
        let views: Vec<View> = lengths.iter().map(|len| program.temporary(*len)).collect();
        for pair in views.windows(2) {
            let kernel = Kernel::new("", 1, Vec::new());
            program.dispatch("", kernel, vec![pair[0].read(), pair[1].written()]);
        }
        (program, views)
    }

    #[test]
    fn a_chain_needs_two_allocations() {
        let (program, _) = chain(&[10, 10, 10, 10, 10]);
        let plan = MemoryPlan::new(&program);
        assert_eq!(plan.lengths, [10, 10]);
        assert_eq!(plan.bytes(), 80);
    }

    #[test]
    fn what_is_read_and_what_is_written_never_share() {
        let (program, _) = chain(&[7, 100, 3, 50, 80, 2]);
        let plan = MemoryPlan::new(&program);
        for dispatch in &program.dispatches {
            let at = |index: usize| plan.allocation[dispatch.bindings[index].view.buffer.0];
            assert!(at(0).is_some() && at(0) != at(1));
        }
        for (index, allocation) in plan.allocation.iter().enumerate() {
            assert!(plan.lengths[allocation.unwrap()] >= program.buffers[index].len);
        }
    }

    #[test]
    fn what_is_needed_later_stays() {
        let (mut program, views) = chain(&[10, 10, 10, 10]);
        // The backward pass reads the first one at the end.
        let kernel = Kernel::new("", 1, Vec::new());
        program.dispatch("", kernel, vec![views[0].read(), views[3].written()]);
        let plan = MemoryPlan::new(&program);
        let first = plan.allocation[0];
        assert!(plan.allocation[1..].iter().all(|other| *other != first));
    }

    #[test]
    fn what_stays_from_step_to_step_is_not_planned() {
        let mut program = Program::default();
        let weights = program.buffer(5, Contents::Persistent);
        let output = program.temporary(5);
        let kernel = Kernel::new("", 1, Vec::new());
        program.dispatch("", kernel, vec![weights.read(), output.written()]);
        let plan = MemoryPlan::new(&program);
        assert_eq!(plan.allocation, [None, Some(0)]);
    }
}
