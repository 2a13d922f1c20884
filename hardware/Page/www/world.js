// What a board looks like at a moment, made of the events until then; the story of an edge; numbers. Pure: no page in here.

export const ms = ns => ns / 1e6;

export function duration(ns) {
  const us = ns / 1000;
  if (us < 1) return `${Math.round(ns)} ns`;
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 9995) return `${(us / 1e3).toFixed(2)} ms`;
  if (us < 99950) return `${(us / 1e3).toFixed(1)} ms`;
  if (us < 999500) return `${(us / 1e3).toFixed(0)} ms`;
  return `${(us / 1e6).toFixed(2)} s`;
}

export const seconds = ns => `${(ns / 1e9).toFixed(6)} s`;

// Events from bytes, as PackedEvents.cs packs them, one after the other. It is the same object each time: a hundred thousand
// of them would keep the browser busy with its memory.
export function unpack(bytes, take) {
  const event = {}, counts = new Array(countsMax).fill(0), statistics = [], names = [undefined], text = new TextDecoder();
  let at = 0, present = 0, t = 0, n = 0;
  const number = () => {
    let value = 0, scale = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  };
  const signed = () => {
    const value = number();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  const has = field => present >> field & 1;
  const field = i => has(i) ? number() : 0;
  const name = i => has(i) ? names[number()] : undefined;
  const takeCounts = () => {
    const changed = number();
    for (let i = 0; i < countsMax; i++) if (changed >> i + 1 & 1) counts[i] += signed();
    return counts;
  };
  const takeStatistics = () => {
    statistics.length = number();
    for (let i = 0; i < statistics.length; i++) statistics[i] = number();
    return statistics;
  };
  while (at < bytes.length) {
    for (let left = number(); left > 0; left--) {
      const length = number();
      names.push(text.decode(bytes.subarray(at, at += length)));
    }
    present = number();
    event.k = name(0);
    if (has(1)) t += signed();
    if (has(2)) n += signed();
    event.t = t || undefined;
    event.n = n;
    event.c = has(3) ? takeCounts() : undefined;
    event.i = field(4);
    event.m = name(5);
    event.q = name(6);
    event.e = field(7);
    event.p = field(8);
    const flags = field(9);
    event.h = flags & 1;
    event.ft = flags & 2;
    event.bad = flags & 4;
    event.th = name(10);
    event.w = name(11);
    event.own = field(12);
    event.by = field(13);
    event.due = field(14);
    event.free = field(15);
    event.cap = field(16);
    event.s = has(17) ? takeStatistics() : undefined;
    take(event);
  }
}

const countsMax = 9;
const blockRows = 1024;
const longFields = 5; // that need more than 31 bits: time, instructions, due, and of the counts time idle and calls
const shortFields = 23;

// All events of a run, as numbers in rows: a browser's memory is slow to get.
class Events {
  #blocks = []; // of rows
  #names = [undefined];
  #numbers = new Map([[undefined, 0]]); // of the names
  length = 0;

  push(event) {
    const row = this.length++ % blockRows;
    if (row === 0) {
      this.#blocks.push({ long: new Float64Array(blockRows * longFields), short: new Int32Array(blockRows * shortFields) });
    }
    const { long, short } = this.#blocks.at(-1), c = event.c;
    let at = row * longFields;
    long[at++] = event.t ?? 0;
    long[at++] = event.n;
    long[at++] = event.due;
    at = row * shortFields;
    short[at++] = event.i;
    short[at++] = event.e;
    short[at++] = event.p;
    short[at++] = event.h;
    short[at++] = event.ft;
    short[at++] = event.bad;
    short[at++] = event.own;
    short[at++] = event.by;
    short[at++] = event.free;
    short[at++] = event.cap;
    short[at++] = this.#numberOf(event.k);
    short[at++] = this.#numberOf(event.m);
    short[at++] = this.#numberOf(event.q);
    short[at++] = this.#numberOf(event.th);
    short[at++] = this.#numberOf(event.w);
    if (!c) return;
    short[at++] = 1;
    short[at++] = c[0];
    short[at++] = c[1];
    short[at++] = c[2];
    short[at++] = c[3];
    short[at++] = c[4];
    short[at++] = c[5];
    short[at++] = c[7];
    at = row * longFields + 3;
    long[at++] = c[6];
    long[at++] = c[8];
  }

  get(i) {
    if (i < 0 || i >= this.length) return undefined;
    const { long, short } = this.#blocks[Math.floor(i / blockRows)], row = i % blockRows;
    const [t, n, due, c6, c8] = long.subarray(row * longFields, (row + 1) * longFields);
    const [item, e, p, h, ft, bad, own, by, free, cap, k, m, q, th, w, isCounted, c0, c1, c2, c3, c4, c5, c7]
      = short.subarray(row * shortFields, (row + 1) * shortFields);
    return {
      k: this.#names[k], t: t || undefined, n, c: isCounted ? [c0, c1, c2, c3, c4, c5, c6, c7, c8] : undefined, i: item,
      m: this.#names[m], q: this.#names[q], e, p, h, ft, bad, th: this.#names[th], w: this.#names[w], own, by, due, free, cap,
    };
  }

  // The first that comes after a time; their number: none does.
  after(ns) {
    for (let i = 0; i < this.length; i++) {
      if (this.#blocks[Math.floor(i / blockRows)].long[i % blockRows * longFields] > ns) return i;
    }
    return this.length;
  }

  #numberOf(name) {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      this.#numbers.set(name, number = this.#names.length);
      this.#names.push(name);
    }
    return number;
  }
}

export class World {
  time = 0;
  counts = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  levels = new Map(); // pin, is high
  list = []; // edges that wait in the heap
  edge = 0; // that the dispatcher has
  inTopHalf = false;
  items = new Map(); // number, item
  queues = new Map(); // name, {waiting: [numbers], workers: Map of thread to item or 0}
  pools = new Map(); // name, {free, capacity}

  // The ring holds the newest edges, without a gap.
  get ring() {
    const [recorded, , , inRing] = this.counts;
    return { from: recorded - inRing + 1, count: inRing };
  }

  queue(name) {
    if (!this.queues.has(name)) this.queues.set(name, { waiting: [], workers: new Map() });
    return this.queues.get(name);
  }

  item(event) {
    if (!this.items.has(event.i)) {
      this.items.set(event.i, { number: event.i, name: event.m, pending: '', queue: '', due: 0, running: '' });
    }
    return this.items.get(event.i);
  }

  takeOff(item) {
    if (item.pending === 'queue') {
      const waiting = this.queue(item.queue).waiting;
      const at = waiting.indexOf(item.number);
      if (at >= 0) waiting.splice(at, 1);
    }
    item.pending = '';
  }

  apply(event) {
    this.time = event.t ?? this.time;
    for (let i = 0; i < event.c?.length; i++) this.counts[i] = event.c[i]; // a real board does not say
    switch (event.k) {
      case 'PinChanged': this.levels.set(event.p - 1, !!event.h); break;
      case 'EdgeListed': this.list.push(event.e); break;
      case 'EdgeDispatched':
        this.list = this.list.filter(each => each > event.e);
        this.edge = event.e;
        break;
      case 'TraceBegins': Object.assign(this, new World(), { levels: this.levels }); break;
      case 'TopHalfBegins':
        this.inTopHalf = true;
        this.edge = event.e;
        break;
      case 'TopHalfEnds': this.inTopHalf = false; break;
      case 'EdgeDone': this.edge = 0; this.inTopHalf = false; break;
      case 'ItemArmed': {
        const item = this.item(event);
        this.takeOff(item);
        Object.assign(item, { pending: 'timer', queue: event.q ?? '', due: event.due });
        break;
      }
      case 'ItemQueued': {
        const item = this.item(event);
        this.takeOff(item);
        Object.assign(item, { pending: 'queue', queue: event.q ?? '' });
        this.queue(item.queue).waiting.push(item.number);
        break;
      }
      case 'ItemStarted': {
        const item = this.item(event);
        this.takeOff(item);
        item.running = event.th;
        this.queue(event.q ?? item.queue).workers.set(event.th, item.number);
        break;
      }
      case 'ItemEnded': {
        const item = this.item(event);
        item.running = '';
        for (const queue of this.queues.values()) {
          for (const [thread, number] of queue.workers) if (number === item.number) queue.workers.set(thread, 0);
        }
        break;
      }
      case 'ItemExpired':
      case 'ItemCanceled': this.takeOff(this.item(event)); break;
      case 'PoolUsed': this.pools.set(event.m, { free: event.free ?? 0, capacity: event.cap }); break;
    }
  }
}

// Keeps a world for every so many events, so that any moment can be shown again.
export class Recording {
  static #every = 4000;
  events = new Events();
  dropped = 0;
  lines = []; // indices of the log's
  edges = []; // numbers that were recorded and told
  numbers = new Numbers(); // of all events
  #begins = new Map(); // an edge's first event
  #counted = new Map(); // queue: after how many events, what it had counted
  #marks = [new World()];
  #last = new World();
  #shown = new World(); // a moment that is past, and its numbers: the next one is often a little later, or the same
  #shownCount = 0;
  #past = new Numbers();
  #pastCount = 0;

  add(event) {
    if (event.k === 'QueueCounted') { this.#count(event); return; } // what a queue counts is no thing that happens
    if (event.k.startsWith('Edge') || event.k === 'TopHalfBegins') {
      if (!this.#begins.has(event.e)) this.#begins.set(event.e, this.events.length);
    }
    this.events.push(event);
    this.numbers.add(event);
    this.#last.apply(event);
    if (event.k === 'Printed') this.lines.push(this.events.length - 1);
    if (event.k === 'EdgeRecorded') this.edges.push(event.e);
    if (event.k === 'TraceBegins') this.edges = [];
    if (event.k === 'TopHalfBegins' && (this.edges.at(-1) ?? 0) < event.e) this.edges.push(event.e); // nobody saw the wire
    if (this.events.length % Recording.#every === 0) this.#marks.push(clone(this.#last));
  }

  #count(event) {
    let counted = this.#counted.get(event.q);
    if (!counted) this.#counted.set(event.q, counted = { after: [], numbers: [], width: event.s.length });
    counted.after.push(this.events.length);
    for (const number of event.s) counted.numbers.push(number);
  }

  // What each queue had counted after so many events, as its dump says it.
  counters(count) {
    const last = ({ after, numbers, width }) => {
      const i = after.findLastIndex(each => each <= count);
      return i < 0 ? undefined : numbers.slice(i * width, (i + 1) * width);
    };
    return [...this.#counted].map(([name, counted]) => [name, last(counted)]).filter(each => each[1]);
  }

  numbersAt(count) {
    if (count >= this.events.length) return this.numbers;
    if (count < this.#pastCount) {
      this.#past = new Numbers();
      this.#pastCount = 0;
    }
    while (this.#pastCount < count) this.#past.add(this.events.get(this.#pastCount++));
    return this.#past;
  }

  story(number, partName) { return story(this.events, number, partName, this.#begins.get(number) ?? 0); }

  // After so many events.
  at(count) {
    if (count >= this.events.length) return this.#last;
    const mark = Math.floor(count / Recording.#every);
    if (count < this.#shownCount || this.#shownCount < mark * Recording.#every) {
      this.#shown = clone(this.#marks[mark]);
      this.#shownCount = mark * Recording.#every;
    }
    while (this.#shownCount < count) this.#shown.apply(this.events.get(this.#shownCount++));
    return this.#shown;
  }
}

const clone = world => Object.assign(new World(), structuredClone({ ...world }));

const own = e => e.c ? `, after ${e.own ?? 0} instructions of its own` : ''; // a trace does not count them

const said = {
  EdgeRecorded: () => 'the interrupt routine records it in the ring',
  EdgeLostInRing: () => 'the full ring loses it: the firmware never hears of it',
  EdgeListed: () => 'the runtime moves it from the ring to its list in the heap',
  EdgeLostInHeap: () => 'the heap has no room for it: it is lost',
  EdgeDispatched: () => 'the dispatcher takes it',
  TopHalfBegins: () => 'the line’s handler, the top half, begins',
  TopHalfEnds: e => `the top half ends${own(e)}`,
  EdgeDone: () => 'the dispatcher is free again',
  ItemArmed: e => `${e.m} is armed` + (e.q ? ` for queue ${e.q}` : '') + (e.due ? `: due in ${duration(e.due - e.t)}` : ''),
  ItemExpired: e => `the time of ${e.m} is over`,
  ItemQueued: e => e.ft ? `its time is over: ${e.m} joins queue ${e.q}` : `${e.m} joins queue ${e.q}`,
  ItemStarted: e => `a worker of ${e.q ?? 'its queue'} takes ${e.m} and calls its handler`,
  ItemEnded: e => `the handler of ${e.m} ${e.bad ? 'throws' : 'returns'}${own(e)}`,
  ItemCanceled: e => `${e.m} is cancelled`,
  PoolUsed: e => `${e.free ?? 0} of ${e.cap} items of ${e.m} are free in the pool`,
  Printed: e => `printed: ${e.m}`,
  TraceBegins: e => `a trace of the board: ${e.m}`,
};

export function say(event, partName) {
  if (event.k === 'PinChanged') return `${partName(event.p - 1)} goes ${event.h ? 'high' : 'low'}`;
  const text = said[event.k](event);
  return event.k.startsWith('Edge') ? `edge ${event.e}: ${text}` : text;
}

// What became of an edge: indices of events, each with how deep it is in the chain.
export function story(events, number, partName, from = 0) {
  const steps = [];
  const items = new Map(); // that come from it and have not ended: their depth
  let inTopHalf = false, isOver = false;
  for (let i = from; i < events.length && !(isOver && items.size === 0); i++) {
    const e = events.get(i);
    const known = items.get(e.i);
    let depth = -1;
    if (e.e === number && (e.k === 'EdgeDone' || e.k.startsWith('EdgeLost'))) isOver = true;
    if (e.k.startsWith('Edge') && e.e === number && e.k !== 'EdgeDone') depth = 0;
    else if (e.k.startsWith('TopHalf') && e.e === number) { depth = 0; inTopHalf = e.k === 'TopHalfBegins'; }
    else if ((e.k === 'ItemArmed' || e.k === 'ItemQueued') && e.e === number) {
      depth = 1;
      items.set(e.i, { depth, isRunning: false });
    } else if (e.k === 'ItemArmed' && known && e.by !== e.i && e.e) {
      steps.push({ index: i, depth: known.depth, text: `edge ${e.e} arms ${e.m} anew: it goes on there` });
      items.delete(e.i);
      continue;
    } else if ((e.k === 'ItemArmed' || e.k === 'ItemQueued') && e.by && items.get(e.by)?.isRunning) {
      depth = items.get(e.by).depth + 1;
      items.set(e.i, { depth, isRunning: known?.isRunning ?? false });
    } else if (known && e.k.startsWith('Item')) {
      depth = known.depth;
      if (e.k === 'ItemStarted') known.isRunning = true;
      if (e.k === 'ItemEnded' || e.k === 'ItemCanceled') items.delete(e.i);
    } else if (e.k === 'PinChanged' && !inTopHalf) {
      const running = [...items.values()].find(each => each.isRunning);
      if (running && !e.e && events.get(i - 1)?.k !== 'EdgeRecorded') depth = running.depth;
    }
    if (depth >= 0) steps.push({ index: i, depth, text: say(e, partName) });
    if (steps.length > 200) break;
  }
  return steps;
}

// Latencies, and what queues did. It grows with each event.
export class Numbers {
  latencies = new Map();
  queues = new Map();
  #queued = new Map();
  #edges = new Map();
  #started = new Map();

  #note(name, ns) {
    if (!this.latencies.has(name)) this.latencies.set(name, []);
    this.latencies.get(name).push(ns);
  }

  #queue(name) {
    if (!this.queues.has(name)) {
      this.queues.set(name, { queued: 0, run: 0, canceled: 0, faulted: 0, waiting: 0, most: 0, longest: 0, busy: 0 });
    }
    return this.queues.get(name);
  }

  add(e) {
    switch (e.k) {
      case 'EdgeRecorded': this.#edges.set(e.e, e.t); break;
      case 'EdgeLostInRing': case 'EdgeLostInHeap': this.#edges.delete(e.e); break;
      case 'TopHalfBegins': if (this.#edges.has(e.e)) this.#note('edge, top half', e.t - this.#edges.get(e.e)); break;
      case 'ItemQueued': {
        const queue = this.#queue(e.q ?? '');
        queue.queued++;
        queue.most = Math.max(queue.most, ++queue.waiting);
        this.#queued.set(e.i, { t: e.t, edge: e.ft ? 0 : e.e, q: e.q ?? '' });
        break;
      }
      case 'ItemStarted': {
        const since = this.#queued.get(e.i);
        if (since) {
          const queue = this.#queue(since.q);
          queue.waiting--;
          queue.longest = Math.max(queue.longest, e.t - since.t);
          this.#note(`${e.m}: queued, handler`, e.t - since.t);
          if (since.edge && this.#edges.has(since.edge)) this.#note(`${e.m}: edge, handler`, e.t - this.#edges.get(since.edge));
        }
        this.#queued.delete(e.i);
        this.#started.set(e.i, e.t);
        break;
      }
      case 'ItemEnded': {
        const queue = this.#queue(e.q ?? '');
        queue.run++;
        if (e.bad) queue.faulted++;
        if (this.#started.has(e.i)) queue.busy += e.t - this.#started.get(e.i);
        break;
      }
      case 'ItemCanceled':
        this.#queue(e.q ?? '').canceled++;
        if (this.#queued.delete(e.i)) this.#queue(e.q ?? '').waiting--;
        break;
    }
  }
}
