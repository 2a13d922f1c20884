// The places on the way of an interrupt, with what is in them. A thing is one element that moves from place to place.
import { duration } from './world.js';

const shownMax = 16; // things in a place; the others are counted
const colours = 7;

export class Places {
  #root; #boxes = new Map(); #chips = new Map(); #names = []; #calm;

  constructor(root) {
    this.#root = root;
    this.#calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.#box('pin', 'Pin', 'the wire’s level');
    this.#box('ring', 'Ring', 'edges that the interrupt routine has recorded');
    this.#box('list', 'List', 'edges in the heap, for the dispatcher');
    this.#box('top', 'Top half', 'the dispatcher runs the line’s handler');
    this.#box('timer', 'Timer', 'items that wait for their time');
    this.#box('pool', 'Pool', 'items free for top halves');
  }

  // 1 to 7, by name, the same for as long as the page lives.
  colour(name) {
    if (!this.#names.includes(name)) this.#names.push(name);
    return this.#names.indexOf(name) % colours + 1;
  }

  clear() {
    for (const [key, box] of this.#boxes) if (key.startsWith('queue:')) { box.element.remove(); this.#boxes.delete(key); }
    for (const chip of this.#chips.values()) chip.remove();
    this.#chips.clear();
  }

  draw(world, run, followed) {
    const want = []; // key, box, text, colour, class
    const edge = n => ({ key: `e${n}`, text: `edge ${n}`, kind: n === followed ? 'edge followed' : 'edge' });
    const fits = [];
    const put = (box, things, total, note) => {
      for (const thing of things.slice(0, shownMax)) want.push({ ...thing, box });
      const more = total - Math.min(things.length, shownMax);
      fits.push([box, note ?? (total === 0 ? 'empty' : ''), more]);
    };

    put('pin', [], 0, run.parts.filter(part => part.kind !== 'Led')
      .map(part => `${part.name} is ${world.levels.get(part.pin) ?? part.isActiveLow ? 'high' : 'low'}`).join(', '));
    const ring = world.ring;
    const inRing = Math.min(ring.count, shownMax);
    put('ring', Array.from({ length: inRing }, (_, i) => edge(ring.from + i)), ring.count,
      `${ring.count} of ${run.ring}` + (world.counts[1] ? `; ${world.counts[1]} lost` : ''));
    put('list', world.list.map(edge), Math.max(world.counts[4], world.list.length),
      `${world.counts[4]} waiting` + (world.counts[2] ? `; ${world.counts[2]} lost` : ''));
    put('top', world.edge ? [edge(world.edge)] : [], world.edge ? 1 : 0,
      world.edge ? (world.inTopHalf ? 'handler runs' : 'dispatcher') : 'free');

    const thing = (item, second, extra = '') => ({
      key: `i${item.number}${second ? '+' : ''}`, text: item.name + extra, kind: 'item', colour: this.colour(item.name),
    });
    const all = [...world.items.values()];
    const armed = all.filter(item => item.pending === 'timer').sort((a, b) => a.due - b.due);
    const left = item => item.due ? `, in ${duration(Math.max(0, item.due - world.time))}` : '';
    put('timer', armed.map(item => thing(item, item.running, left(item))), armed.length);
    for (const [name, queue] of world.queues) {
      const box = this.#queue(name);
      const waiting = queue.waiting.map(number => world.items.get(number));
      put(box, waiting.map(item => thing(item, item.running)), waiting.length,
        waiting.length ? `${waiting.length} waiting` : 'empty');
      const running = [...queue.workers.values()].filter(number => number).map(number => world.items.get(number));
      put(box + ':run', running.map(item => thing(item, false)), running.length, running.length ? 'runs' : 'sleeps');
    }
    put('pool', [], 0, [...world.pools]
      .map(([name, pool]) => `${pool.free} of ${pool.capacity} ${name} free`).join(', ') || 'none');
    this.#move(want, fits);
  }

  #move(want, fits) {
    const before = new Map();
    const animates = !this.#calm.matches && !document.hidden && want.length < 60;
    if (animates) for (const [key, chip] of this.#chips) before.set(key, chip.getBoundingClientRect());
    const kept = new Set(want.map(each => each.key));
    for (const [key, chip] of this.#chips) if (!kept.has(key)) { chip.remove(); this.#chips.delete(key); }
    const at = new Map(); // box, how many are in it
    for (const { key, box, text, colour, kind } of want) {
      let chip = this.#chips.get(key);
      if (!chip) {
        chip = document.createElement('li');
        this.#chips.set(key, chip);
      }
      const className = `chip ${kind}` + (colour ? ` c${colour}` : '');
      if (chip.className !== className) chip.className = className;
      if (chip.textContent !== text) chip.textContent = text;
      const parent = this.#boxes.get(box).list;
      const place = at.get(box) ?? 0;
      at.set(box, place + 1);
      if (parent.children[place] !== chip) parent.insertBefore(chip, parent.children[place] ?? null);
    }
    for (const [box, note, more] of fits) {
      const { note: element, element: whole } = this.#boxes.get(box);
      const text = note + (more > 0 ? `${note ? '; ' : ''}${more} more not drawn` : '');
      if (element.textContent !== text) element.textContent = text;
      whole.classList.toggle('busy', (at.get(box) ?? 0) > 0);
    }
    if (!animates) return;
    for (const [key, chip] of this.#chips) {
      const from = before.get(key), to = chip.getBoundingClientRect();
      if (!from) {
        chip.animate([{ opacity: 0, transform: 'scale(.7)' }, { opacity: 1 }], { duration: 180 });
      } else if (Math.abs(from.x - to.x) + Math.abs(from.y - to.y) > 4) {
        chip.animate([{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: 'none' }],
          { duration: 320, easing: 'ease-in-out' });
      }
    }
  }

  #box(key, title, what, parent = this.#root, level = 'h3') {
    const element = document.createElement('div');
    element.className = `place ${key.split(':')[0]}`;
    element.dataset.place = key;
    const head = document.createElement(level);
    head.textContent = title;
    const about = document.createElement('p');
    about.className = 'about';
    about.textContent = what;
    const note = document.createElement('p');
    note.className = 'note';
    const list = document.createElement('ul');
    list.setAttribute('aria-label', title);
    element.append(head, about, note, list);
    parent.append(element);
    this.#boxes.set(key, { element, note, list });
    return element;
  }

  #queue(name) {
    const key = `queue:${name}`;
    if (this.#boxes.has(key)) return key;
    const element = this.#box(key, `Queue ${name}`, 'items that wait for a worker');
    const worker = document.createElement('div');
    worker.className = 'worker';
    const title = document.createElement('h4');
    title.textContent = 'Worker';
    const note = document.createElement('p');
    note.className = 'note';
    const list = document.createElement('ul');
    list.setAttribute('aria-label', `Worker of ${name}`);
    worker.append(title, note, list);
    element.append(worker);
    this.#boxes.set(key + ':run', { element: worker, note, list });
    return key;
  }
}
