// From scores to events, by the rule of midge-sense (boards/sense/src/event.rs).

/** Makes events of the answers to the last windows: a class is there once `votes` of the last `of` windows speak for it. */
export class Events {
  /** `on`: the score from which on a window speaks for a class; `off`: for one that is there already; `quiet`: how long nothing
   * else happens behind an event, in the units of time that are passed in. */
  constructor({ on, off, votes, of, quiet }) {
    Object.assign(this, { on, off, votes, of, quiet });
    this.last = [];
    this.there = null;
    this.quietUntil = 0;
  }

  /** Takes the scores of a window and its time: the class that has come, or null. */
  push(scores, at) {
    const best = scores.indexOf(Math.max(...scores));
    const speaks = scores[best] >= (best === this.there ? this.off : this.on) ? best : null;
    this.last = [...this.last, speaks].slice(-this.of);
    const votes = (wanted) => this.last.filter((vote) => vote === wanted).length;
    if (this.there !== null && votes(this.there) < this.votes) this.there = null;
    if (speaks === null || speaks === this.there || votes(speaks) < this.votes || at < this.quietUntil) return null;
    this.there = speaks;
    this.quietUntil = at + this.quiet;
    return speaks;
  }
}
