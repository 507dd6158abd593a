//! Which pairs of reads and writes of one step save the most bytes together.

/// The most bytes that pairs of one step save.
pub(super) fn saved(pairs: &[(usize, usize)], sizes: &[u64]) -> u64 {
    match pairs {
        [] => 0,
        [(_, write)] => sizes[*write],
        _ => matching(pairs, sizes).iter().map(|&(_, write)| sizes[write]).sum(),
    }
}

/// Pairs with no buffer twice that save the most. Taking writes by falling size and never giving one up is optimal,
/// because the sets of writes that can be matched are a matroid. Earlier pairs are preferred.
pub(super) fn matching(pairs: &[(usize, usize)], sizes: &[u64]) -> Vec<(usize, usize)> {
    let mut writes: Vec<usize> = pairs.iter().map(|&(_, write)| write).collect();
    writes.sort_by_key(|&write| (std::cmp::Reverse(sizes[write]), write));
    writes.dedup();
    let mut taken = Vec::new();
    for write in writes {
        augment(write, pairs, &mut taken, &mut Vec::new());
    }
    taken
}

/// Gives a write a read, moving other writes to other reads if it must (an augmenting path).
fn augment(
    write: usize,
    pairs: &[(usize, usize)],
    taken: &mut Vec<(usize, usize)>,
    seen: &mut Vec<usize>,
) -> bool {
    for &(read, _) in pairs.iter().filter(|pair| pair.1 == write) {
        if seen.contains(&read) {
            continue;
        }
        seen.push(read);
        let holder = taken.iter().find(|pair| pair.0 == read).map(|pair| pair.1);
        if holder.is_none_or(|other| augment(other, pairs, taken, seen)) {
            taken.retain(|pair| pair.1 != write);
            taken.push((read, write));
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_moves_over_for_another() {
        // Write 2 takes read 0 first; write 3 can only have read 0, so write 2 moves to read 1.
        let sizes = [16, 16, 16, 8];
        let mut taken = matching(&[(0, 2), (1, 2), (0, 3)], &sizes);
        taken.sort_unstable();
        assert_eq!(taken, [(0, 3), (1, 2)]);
        assert_eq!(saved(&[(0, 2), (1, 2), (0, 3)], &sizes), 24);
    }

    #[test]
    fn the_larger_write_wins_the_only_read() {
        assert_eq!(matching(&[(0, 1), (0, 2)], &[32, 8, 16]), [(0, 2)]);
        assert_eq!(saved(&[(0, 1), (0, 2)], &[32, 8, 16]), 16);
        assert_eq!(saved(&[], &[]), 0);
    }

    #[test]
    fn two_reads_for_one_write_take_the_preferred() {
        assert_eq!(matching(&[(1, 2), (0, 2)], &[16, 16, 16]), [(1, 2)]);
    }
}
