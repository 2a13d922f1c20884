import { Recording, say, unpack, duration, seconds } from './world.js';
import { Places } from './places.js';

const $ = id => document.getElementById(id);
const linesMax = 2000; // of the log that are drawn

let run = { parts: [], scenarios: [], ring: 0, heap: 1 };
let clock = { now: 0, slowdown: 1, isStopped: false, over: null };
let recording = new Recording();
let cursor = null; // after how many events; null: now
let drawnLines = 0;
let drawn = false;
let numbersDue = 0;
let toldEdge = 0;
const places = new Places($('places'));

// --- the board's program ---

// One after the other: a press must not be overtaken by its release.
let line = Promise.resolve();
const ask = request => { line = line.then(() => send(request)); };

async function send(request) {
  try {
    const answer = await fetch('do', {
      method: 'POST', keepalive: true, headers: { 'content-type': 'application/json' }, body: JSON.stringify(request),
    });
    if (!answer.ok) trouble((await answer.text()).trim());
  } catch {
    trouble('The board’s program does not answer.');
  }
}

function trouble(text) {
  $('trouble').hidden = !text;
  $('trouble').textContent = text ?? '';
}

// What was, in one piece: a stream of events would bring a long run far more slowly.
async function open() {
  try {
    const bytes = new Uint8Array(await (await fetch('history')).arrayBuffer());
    const end = bytes.indexOf(10); // of the first line
    const past = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    begin(past.run);
    recording.dropped = past.dropped;
    clock = past.clock;
    unpack(bytes.subarray(end + 1), event => recording.add(event));
    refresh();
    listen(`events?after=${past.id}`);
  } catch {
    listen('events'); // which says what is wrong
  }
}

function listen(address) {
  const source = new EventSource(address);
  source.onopen = () => { trouble(null); $('state').dataset.state = 'on'; drawState(); };
  source.onerror = () => {
    $('state').dataset.state = 'off';
    trouble('The board’s program has stopped, or cannot be reached. This page tries again by itself; '
      + 'if you started the program anew, open the address that it prints.');
    drawState();
    // A browser gives up where there is nobody; this page does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 1000);
  };
  source.addEventListener('run', message => begin(JSON.parse(message.data)));
  source.addEventListener('dropped', message => { recording.dropped = JSON.parse(message.data); });
  source.addEventListener('seen', message => {
    unpack(Uint8Array.from(atob(message.data), character => character.charCodeAt(0)), event => recording.add(event));
    refresh();
  });
  source.addEventListener('clock', message => { clock = JSON.parse(message.data); refresh(); });
}

function begin(description) {
  run = description;
  recording = new Recording();
  cursor = null;
  drawnLines = toldEdge = 0;
  $('log').replaceChildren();
  $('edge').replaceChildren(new Option('the newest', ''));
  places.clear();
  document.title = run.isReal ? run.board : `${run.firmware} on ${run.board}`;
  $('title').textContent = run.board;
  $('subtitle').textContent = run.isReal ? 'its log as it comes; when it writes a trace, what the trace tells of its queues'
    : `runs ${run.firmware}, in virtual time: nothing here depends on this computer’s speed`;
  document.body.classList.toggle('real', !!run.isReal);
  $('time-name').textContent = run.isReal ? 'time of the trace' : 'virtual time';
  if (run.isReal) { drawParts(); refresh(); return; }
  $('scenario').replaceChildren(
    ...run.scenarios.map(each => new Option(each.name, each.name, false, each.name === run.scenario)));
  drawSentence();
  drawParts();
  refresh();
}

// --- the board ---

const partName = pin => run.parts.find(part => part.pin === pin)?.name ?? `pin ${pin}`;

function drawParts() {
  $('parts').replaceChildren(...run.parts.map(part => {
    const box = document.createElement('div');
    box.className = `part ${part.kind.toLowerCase()}`;
    box.dataset.pin = part.pin;
    if (part.kind === 'Led') {
      box.innerHTML = '<span class="lamp" aria-hidden="true"></span><span class="what"></span>';
    } else {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'push';
      button.dataset.part = part.name;
      button.innerHTML = '<span class="cap" aria-hidden="true"></span><span class="what"></span>';
      holdable(button, part);
      box.append(button);
    }
    box.querySelector('.what').textContent = part.name;
    const pin = document.createElement('span');
    pin.className = 'pin-name';
    pin.textContent = part.pinName;
    box.append(pin);
    return box;
  }));
}

const bounce = () => Number($('bounce').value);
const hold = (part, isDown) => {
  document.querySelector(`[data-part="${part.name}"]`)?.classList.toggle('down', isDown);
  ask({ what: isDown ? 'press' : 'release', part: part.name, number: bounce() });
};

function holdable(button, part) {
  let isDown = false;
  const set = down => { if (down !== isDown) hold(part, isDown = down); };
  const isKey = event => event.key === ' ' || event.key === 'Enter';
  button.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    set(true);
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur']) button.addEventListener(end, () => set(false));
  button.addEventListener('keydown', event => {
    if (!isKey(event)) return;
    event.preventDefault();
    if (!event.repeat) set(true);
  });
  button.addEventListener('keyup', event => {
    if (!isKey(event)) return;
    event.preventDefault();
    set(false);
  });
  button.addEventListener('contextmenu', event => event.preventDefault());
}

// The space bar presses the first button, unless something else wants it.
let spaceDown = false;
const isTaken = target => target.closest('button, input, select, a, [contenteditable]');
addEventListener('keydown', event => {
  const part = run.parts.find(each => each.kind === 'Button');
  if (event.key !== ' ' || !part || isTaken(event.target)) return;
  event.preventDefault();
  if (!event.repeat && !spaceDown) { spaceDown = true; hold(part, true); }
});
const spaceUp = () => {
  const part = run.parts.find(each => each.kind === 'Button');
  if (spaceDown && part) { spaceDown = false; hold(part, false); }
};
addEventListener('keyup', event => { if (event.key === ' ') spaceUp(); });
addEventListener('blur', spaceUp);

// --- drawing ---

function refresh() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => { drawn = false; draw(); });
}

const shownCount = () => cursor ?? recording.events.length;

function draw() {
  const count = shownCount();
  const world = recording.at(count);
  const event = recording.events.get(count - 1);
  drawState();
  $('now').textContent = seconds(cursor === null ? Math.max(clock.now ?? 0, world.time) : world.time);
  $('event').textContent = event ? `${event.t ? seconds(event.t) + '  ' : ''}${say(event, partName)}`
    : run.isReal ? 'The board has said nothing yet.' : 'Nothing has happened yet: press the button.';
  const slider = $('cursor');
  slider.max = recording.events.length;
  slider.value = count;
  slider.setAttribute('aria-valuetext',
    event ? `event ${count} of ${recording.events.length}: ${say(event, partName)}` : 'nothing yet');
  $('live').disabled = cursor === null;
  $('back').disabled = count === 0;
  drawEdges();
  const edge = Number($('edge').value) || recording.edges.findLast(each => each <= world.counts[0] || run.isReal) || 0;
  places.draw(world, run, edge);
  for (const box of document.querySelectorAll('.part')) {
    const part = run.parts.find(each => each.pin === Number(box.dataset.pin));
    const isHigh = world.levels.get(part.pin) ?? part.isActiveLow;
    const isOn = isHigh !== part.isActiveLow;
    box.classList.toggle('on', isOn);
    const what = box.querySelector('.what');
    const text = part.kind === 'Led' ? `${part.name} ${isOn ? 'is lit' : 'is dark'}` : `${part.name}${isOn ? ' is pressed' : ''}`;
    if (what.textContent !== text) what.textContent = text;
  }
  drawLog();
  drawStory(edge, count);
  if (performance.now() >= numbersDue) {
    numbersDue = performance.now() + 400;
    drawNumbers(world, count);
    setTimeout(refresh, 420);
  }
}

function drawState() {
  const isOff = $('state').dataset.state === 'off';
  const text = isOff ? 'not connected' : clock.over ? `off: ${clock.over}` : clock.isStopped ? 'time stands still'
    : run.isReal ? 'listens' : clock.slowdown > 1 ? `running, ${clock.slowdown.toLocaleString('en')} times slower` : 'running';
  if ($('state').textContent !== text) $('state').textContent = text;
  $('stop').textContent = clock.isStopped ? 'Go on' : 'Stop';
  if (document.activeElement !== $('pace')) $('pace').value = clock.slowdown;
}

function drawEdges() {
  const select = $('edge');
  if (toldEdge === recording.edges.length) return;
  toldEdge = recording.edges.length;
  const chosen = select.value;
  select.replaceChildren(new Option('the newest', ''),
    ...recording.edges.slice(-200).reverse().map(number => new Option(String(number), String(number))));
  select.value = chosen;
}

function drawLog() {
  const log = $('log');
  const lines = recording.lines;
  if (drawnLines < lines.length) {
    const isAtEnd = log.scrollTop + log.clientHeight > log.scrollHeight - 30;
    const from = Math.max(drawnLines, lines.length - linesMax);
    const part = document.createDocumentFragment();
    for (let i = from; i < lines.length; i++) part.append(logLine(recording.events.get(lines[i]).m, lines[i]));
    drawnLines = lines.length;
    log.append(part);
    while (log.childElementCount > linesMax) log.firstElementChild.remove();
    search();
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  }
  const count = shownCount();
  for (const line of log.children) {
    const isLater = Number(line.dataset.index) >= count;
    if (line.classList.contains('later') !== isLater) line.classList.toggle('later', isLater);
  }
}

function logLine(text, index) {
  const line = document.createElement('div');
  line.textContent = text;
  line.dataset.index = index;
  return line;
}

function search() {
  const word = $('search').value.toLowerCase();
  let count = 0;
  for (const line of $('log').children) {
    const isHit = word !== '' && line.textContent.toLowerCase().includes(word);
    line.classList.toggle('hit', isHit);
    line.classList.toggle('miss', word !== '' && !isHit);
    if (isHit) count++;
  }
  $('found').textContent = word === '' ? ''
    : `${count} of ${$('log').childElementCount} lines have “${$('search').value}” in them`;
}

let storyKey = '';
function drawStory(edge, count) {
  const list = $('story');
  const key = `${edge} ${recording.events.length}`;
  if (key !== storyKey) {
    storyKey = key;
    const steps = edge ? recording.story(edge, partName) : [];
    if (steps.length === 0) {
      const none = document.createElement('li');
      none.className = 'none';
      none.textContent = edge ? `Edge ${edge} is not kept any more.` : 'No edge yet.';
      list.replaceChildren(none);
    } else {
      const first = recording.events.get(steps[0].index);
      const before = i => i > 0 ? recording.events.get(steps[i - 1].index) : null;
      list.replaceChildren(...steps.map((step, i) => storyStep(step, first, before(i), i)));
    }
  }
  let current = null;
  for (const item of list.querySelectorAll('[data-index]')) {
    const isPast = Number(item.dataset.index) < count;
    item.classList.toggle('later', !isPast);
    if (isPast) current = item;
  }
  for (const item of list.querySelectorAll('[aria-current]')) if (item !== current) item.removeAttribute('aria-current');
  current?.setAttribute('aria-current', 'step');
}

function storyStep({ index, depth, text }, first, before, place) {
  const event = recording.events.get(index);
  const item = document.createElement('li');
  item.dataset.index = index;
  item.style.setProperty('--depth', Math.min(depth, 4));
  if (event.m && event.i && event.k.startsWith('Item')) item.classList.add(`c${places.colour(event.m)}`);
  const button = document.createElement('button');
  button.type = 'button';
  button.title = 'Show this moment in the places';
  button.innerHTML = '<span class="at"></span><span class="text"></span><span class="cost"></span>';
  button.querySelector('.at').textContent = place === 0 ? seconds(event.t) : `+${duration(event.t - first.t)}`;
  button.querySelector('.text').textContent = text;
  button.querySelector('.cost').textContent = before
    ? `${duration(event.t - before.t)}${event.n ? ` and ${event.n - before.n} instructions` : ''} after the step before`
      + (event.w ? ` · ${event.w.replace(/^.* in /, '').replace(':line ', ', line ')}` : '')
    : run.isReal ? 'as the trace has it' : 'the wire changes';
  button.addEventListener('click', () => show(index + 1));
  item.append(button);
  return item;
}

function drawNumbers(world, count) {
  const [recorded, lostInRing, lostInHeap, , , heap, idle, switches, calls] = world.counts;
  const event = recording.events.get(count - 1);
  const totals = [
    ['edges recorded', recorded], ['lost', lostInRing + lostInHeap],
    ['processor busy', world.time ? `${(100 - idle / world.time * 100).toFixed(1)} %` : '–'],
    ['IL instructions', (event?.n ?? 0).toLocaleString('en')], ['calls', calls.toLocaleString('en')],
    ['thread switches', switches.toLocaleString('en')],
    ['heap in use', `${Math.ceil(heap / 1024)} of ${Math.floor(run.heap / 1024)} KB`],
  ];
  if (!run.isReal) $('totals').replaceChildren(...totals.map(([name, value]) => {
    const box = document.createElement('div');
    box.innerHTML = '<dt></dt><dd></dd>';
    box.firstChild.textContent = name;
    box.lastChild.textContent = value;
    return box;
  }));
  const { latencies, queues } = recording.numbersAt(count);
  $('latencies').tBodies[0].replaceChildren(...[...latencies].map(([name, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const median = sorted[(all.length - 1) >> 1];
    const line = row([name, all.length, duration(sorted[0]), duration(median), duration(sorted.at(-1)), '']);
    line.lastChild.append(histogram(sorted));
    return line;
  }));
  // As the board's own dump has them; of a real board, what its trace tells.
  const dump = recording.counters(count);
  $('queues').tBodies[0].replaceChildren(...(dump.length > 0
    ? dump.map(([name, s]) => row([name, ...s.slice(0, 7), `${s[7]} ms`, `${s[8]} ms`]))
    : [...queues].filter(([name]) => name).map(([name, queue]) => row([name, queue.queued, queue.run, '–', '–', queue.faulted,
      queue.canceled, queue.most, duration(queue.longest), duration(queue.busy)]))));
}

function row(cells) {
  const line = document.createElement('tr');
  line.append(...cells.map((text, i) => {
    const cell = document.createElement(i === 0 ? 'th' : 'td');
    if (i === 0) cell.scope = 'row';
    cell.textContent = text;
    return cell;
  }));
  return line;
}

// Bars for each doubling of the time, from 16 µs to 16 s.
function histogram(sorted) {
  const bars = new Array(21).fill(0);
  for (const ns of sorted) bars[Math.min(20, Math.max(0, Math.floor(Math.log2(ns / 16000)) + 1))]++;
  const first = bars.findIndex(Boolean), last = bars.findLastIndex(Boolean);
  const name = i => i === 0 ? 'below 16 µs' : `from ${duration(16000 * 2 ** (i - 1))}`;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 126 20');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', bars.map((n, i) => n ? `${n} ${name(i)}` : '').filter(Boolean).join(', '));
  svg.setAttribute('class', 'histogram');
  const most = Math.max(...bars);
  for (let i = Math.max(0, first - 1); i <= Math.min(20, last + 1); i++) {
    const bar = document.createElementNS(svg.namespaceURI, 'rect');
    const height = bars[i] ? Math.max(2, bars[i] / most * 18) : .8;
    for (const [key, value] of [['x', i * 6], ['y', 19 - height], ['width', 5], ['height', height]]) bar.setAttribute(key, value);
    svg.append(bar);
  }
  return svg;
}

function drawSentence() {
  $('sentence').textContent = run.scenarios.find(each => each.name === $('scenario').value)?.sentence ?? '';
}

function show(count) {
  cursor = Math.max(0, Math.min(count, recording.events.length));
  refresh();
}

// --- controls ---

$('bounce').addEventListener('input', () => { $('bounce-text').textContent = `${bounce()} ms`; });
$('scenario').addEventListener('change', drawSentence);
$('run').addEventListener('click', () => ask({ what: 'run', name: $('scenario').value }));
$('pace').addEventListener('change', () => ask({ what: 'pace', number: Number($('pace').value) }));
$('stop').addEventListener('click', () => ask({ what: clock.isStopped ? 'go' : 'stop' }));
$('step').addEventListener('click', () => {
  // In what was, one on; at its end the board itself, if it is a virtual one.
  if (cursor !== null && cursor < recording.events.length) { show(cursor + 1); return; }
  cursor = null;
  if (!run.isReal) ask({ what: 'step' });
});
$('back').addEventListener('click', () => {
  if (!clock.isStopped && !run.isReal) ask({ what: 'stop' });
  show(shownCount() - 1);
});
$('live').addEventListener('click', () => { cursor = null; refresh(); });
$('cursor').addEventListener('input', () => {
  const count = Number($('cursor').value);
  if (count >= recording.events.length) cursor = null;
  else cursor = count;
  refresh();
});
$('edge').addEventListener('change', refresh);
$('search').addEventListener('input', search);
const wholeLog = () => recording.lines.map(index => recording.events.get(index).m + '\n').join('');
$('copy').addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(wholeLog());
    $('found').textContent = `${recording.lines.length} lines are copied`;
  } catch {
    $('found').textContent = 'the browser does not let this page copy; use Save';
  }
});
$('save').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([wholeLog()], { type: 'text/plain' }));
  link.download = `${run.firmware ?? run.board}.log`;
  link.click();
  URL.revokeObjectURL(link.href);
});

// --- the timeline: drawn by the board's program, as --timeline does ---

let stretches = [];
let timelineEvents = -1;
let isDrawing = false, mustDrawAgain = false;

async function drawTimeline() {
  if (isDrawing) { mustDrawAgain = true; return; }
  isDrawing = true;
  mustDrawAgain = false;
  try {
    const count = recording.events.length;
    const answer = await fetch('timeline');
    timelineEvents = count;
    if (answer.status !== 200) return; // no trace yet
    const picture = await answer.json();
    stretches = picture.stretches;
    $('timeline').src = `data:image/svg+xml,${encodeURIComponent(picture.svg)}`;
    $('timeline').dataset.events = count;
    $('timeline').hidden = false;
  } catch {
    // The connection is lost, which is said already.
  } finally {
    isDrawing = false;
    if (mustDrawAgain) drawTimeline();
  }
}

// It grows with the run. A large one is only drawn when somebody asks: it would take the computer all its time.
setInterval(() => {
  const count = recording.events.length;
  if (count !== timelineEvents && count < 3000 && !document.hidden && $('state').dataset.state === 'on') drawTimeline();
}, 2000);

$('draw').addEventListener('click', drawTimeline);

// The moment at a place of the picture; the end of what happened before it.
$('timeline').addEventListener('click', event => {
  const image = $('timeline');
  const scale = image.naturalWidth / image.clientWidth;
  const x = event.offsetX * scale, y = event.offsetY * scale;
  const off = (at, from, size) => Math.max(from - at, 0, at - from - size);
  const away = ([left, top, width, height]) => off(y, top, height) * 10 + off(x, left, width); // a row has its own times
  if (stretches.length === 0) return;
  const [left, , width, , start, end] = stretches.reduce((best, each) => away(each) < away(best) ? each : best);
  const us = width === 0 ? start : start + Math.min(1, Math.max(0, (x - left) / width)) * (end - start);
  show(recording.events.after((us + 1) * 1000));
  $('way').scrollIntoView({ block: 'nearest' });
});

open();
