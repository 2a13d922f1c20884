using System.Text.Json;
using Hardware.Machine;
using Hardware.Page;
using Hardware.Timeline;

namespace VirtualBoard;

/// <summary>The virtual board of a page: it runs in real time or slower, anybody who has the page presses its button, and each
/// thing that happens on it is told.</summary>
public sealed class WebBoard : IPageBoard, IDisposable
{
    /// <summary>The slowest that time runs.</summary>
    public const int SlowdownMax = 10_000;

    private const int ClockMilliseconds = 50;
    private const int ManyAtOnce = 60; // of one kind in a virtual millisecond: more are counted and not told
    private const int SeenMax = 40_000; // for the timeline, the newest
    private const int BounceMaxMilliseconds = 100;
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly Settings _settings;
    private readonly string _firmware;
    private readonly Random _random;
    private readonly Thread _clock;
    private readonly Lock _gate = new(); // all fields below
    private readonly List<Seen> _seen = [];
    private readonly HashSet<string> _down = [];
    private Scenario _scenario = Scenario.All[0];
    private SourceLines? _lines; // of its firmware
    private RealTime? _time;
    private Task _run = Task.CompletedTask;
    private string? _over; // why there is no run
    private long _crowdMilliseconds = -1; // of the things that are counted
    private Dictionary<SeenKind, int> _crowd = [];
    private volatile bool _isEnded;

    /// <summary>Gives the board power.</summary>
    /// <param name="settings">Which board, wires, firmware.</param>
    /// <param name="firmware">The assembly with Main.</param>
    /// <exception cref="UsageException">The board cannot run it.</exception>
    public WebBoard(Settings settings, string firmware)
    {
        _settings = settings;
        _firmware = firmware;
        _random = new Random(settings.Finger.Seed);
        Start(Scenario.All[0]);
        _clock = new Thread(TellTime) { Name = "page clock", IsBackground = true };
        _clock.Start();
    }

    /// <inheritdoc/>
    public Feed Feed { get; } = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        _isEnded = true;
        _clock.Join();
        Stop();
    }

    /// <inheritdoc/>
    public string? Do(PageRequest request)
    {
        RealTime? time;
        lock (_gate) time = _over is null ? _time : null;
        if (request.What == "run")
        {
            Scenario? scenario = Scenario.All.FirstOrDefault(each => each.Name == request.Name);
            if (scenario is null) return "there is no such scenario";
            Start(scenario);
            return null;
        }

        if (time is null) return "the board is off: start it again";
        switch (request.What)
        {
            case "press" or "release":
                return Press(time, request);
            case "pace" when request.Number is >= 1 and <= SlowdownMax:
                time.Slowdown = request.Number;
                return null;
            case "pace":
                return $"time runs 1 to {SlowdownMax} times slower";
            case "stop":
                time.Stop();
                return null;
            case "go":
                time.Continue();
                return null;
            case "step":
                time.Step();
                return null;
            default:
                return "this is no request";
        }
    }

    /// <inheritdoc/>
    public PagePicture? DrawTimeline()
    {
        Seen[] all;
        lock (_gate) all = [.. _seen];
        var reader = new FtraceReader();
        foreach (string line in SeenMessages.Trace(all, _settings.Wiring.NameAt)) reader.Read(line);
        string firmware = Path.GetFileNameWithoutExtension(FirmwareOf(_scenario));
        string[] notes = all.Length < SeenMax ? [] : ["Only the newest events are drawn."];
        (string svg, IReadOnlyList<DrawnStretch> stretches) = TimelineSvg.DrawWithTimes(TraceTimeline.Of(reader.Blocks[^1]),
            $"{firmware} on {_settings.Board.Name}, as the machine saw it", notes);
        return new PagePicture(svg, [.. stretches.Select(each => each.Numbers)]);
    }

    private string? Press(RealTime time, PageRequest request)
    {
        Part? part = _settings.Wiring.Parts.FirstOrDefault(each => each.Name == request.Part && each.Kind != PartKind.Led);
        if (part is null) return "there is no such button";
        if (request.Number is < 0 or > BounceMaxMilliseconds) return $"a contact bounces 0 to {BounceMaxMilliseconds} ms";
        bool isDown = request.What == "press";
        lock (_gate)
        {
            if (!(isDown ? _down.Add(part.Name) : _down.Remove(part.Name))) return null; // it is so already, by another page
            Finger finger = _settings.Finger with { BounceMilliseconds = request.Number };
            time.Drive(Stimulus.Contact(0, part, isDown, finger, _random));
        }

        return null;
    }

    private void Start(Scenario scenario)
    {
        Stop();
        IReadOnlyList<PinDrive> steps = scenario.Finger is null ? [] : Stimulus.Create(scenario.Finger, _settings.Wiring.Button);
        string firmware = FirmwareOf(scenario);
        Profile board = scenario.HeapBytes == 0 ? _settings.Board : _settings.Board with { HeapBytes = scenario.HeapBytes };
        var bench = new Bench(_settings with { Board = board }, firmware, steps);
        var time = new RealTime(hasHands: true) { Slowdown = scenario.Slowdown };
        lock (_gate)
        {
            _scenario = scenario;
            _lines = new SourceLines(firmware);
            _time = time;
            _over = null;
            _seen.Clear();
            _down.Clear();
            Feed.Begin(Describe());
            _run = Task.Factory.StartNew(() => Run(bench, time), TaskCreationOptions.LongRunning);
        }
    }

    private void Stop()
    {
        Task run;
        lock (_gate)
        {
            _time?.SwitchOff();
            run = _run;
        }

        run.Wait();
    }

    private void Run(Bench bench, RealTime time)
    {
        string over;
        try
        {
            RunResult result = bench.Run(
                options => options with { IsMetered = true, RealTime = time, AfterScriptMilliseconds = null, Saw = Saw });
            over = bench.Failure(result) ?? (result.End == RunEnd.SwitchedOff ? "" : "the firmware has ended");
        }
        catch (Exception exception)
        {
            over = $"the machine failed: {exception.Message}";
        }
        finally
        {
            bench.Dispose();
        }

        lock (_gate) _over = over;
    }

    // On a thread of the machine.
    private void Saw(Seen seen)
    {
        if (seen is { Kind: SeenKind.QueueCounted, Counters: null }) return;
        lock (_gate)
        {
            bool isOfTrace = seen.Kind is SeenKind.TopHalfBegins or SeenKind.TopHalfEnds
                or (>= SeenKind.ItemArmed and <= SeenKind.ItemCanceled);
            if (isOfTrace) _seen.Add(seen);
            if (_seen.Count >= SeenMax) _seen.RemoveRange(0, SeenMax / 4);
            if (seen.Kind <= SeenKind.EdgeLostInHeap && IsInCrowd(seen)) return;
        }

        Feed.Add(SeenMessages.Event(seen, seen.Kind == SeenKind.ItemStarted ? _lines!.Of(seen.Where) : seen.Where));
    }

    private bool IsInCrowd(Seen seen)
    {
        long millisecond = seen.Nanoseconds / 1_000_000;
        if (millisecond != _crowdMilliseconds) _crowd.Clear();
        _crowdMilliseconds = millisecond;
        int count = _crowd[seen.Kind] = _crowd.GetValueOrDefault(seen.Kind) + 1;
        return count > ManyAtOnce;
    }

    private void TellTime()
    {
        while (!_isEnded)
        {
            lock (_gate)
            {
                Feed.SetClock(JsonSerializer.Serialize(
                    new
                    {
                        now = _time!.Now,
                        slowdown = _time.Slowdown,
                        isStopped = _time.IsStopped,
                        over = _over,
                        recorded = _time.EdgesRecorded,
                        lost = _time.EdgesLost,
                    },
                    s_json));
            }

            Thread.Sleep(ClockMilliseconds);
        }
    }

    private string Describe()
    {
        Profile board = _settings.Board;
        return JsonSerializer.Serialize(
            new
            {
                board = board.Name,
                firmware = Path.GetFileNameWithoutExtension(FirmwareOf(_scenario)),
                ring = board.RingCapacity,
                heap = _scenario.HeapBytes == 0 ? board.HeapBytes : _scenario.HeapBytes,
                scenario = _scenario.Name,
                scenarios = _settings.Firmware is null ? Scenario.All : Scenario.All.Take(1),
                parts = _settings.Wiring.Parts.Where(part => part != _settings.Wiring.Jumper).Select(part => new
                {
                    pin = part.Pin,
                    name = part.Name,
                    kind = part.Kind.ToString(),
                    isActiveLow = part.IsActiveLow,
                    pinName = _settings.Wiring.PinName(part.Pin),
                }),
            },
            s_json);
    }

    private string FirmwareOf(Scenario scenario) => scenario.Firmware is { } name
        ? Path.Combine(AppContext.BaseDirectory, name + ".dll") : _firmware;
}
