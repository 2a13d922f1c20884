using Hardware.Machine;
using Reference;

namespace Costs;

/// <summary>What one operation takes.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Instructions">IL, of all threads that take part.</param>
/// <param name="Calls">Calls among them: of the firmware, of the library, and of the platform.</param>
/// <param name="Bytes">Bytes that it allocates.</param>
/// <param name="Microseconds">On a B-L475E-IOT01A, thread switches included; waiting for a timer is not taken off.</param>
/// <param name="Goal">IL that it shall not exceed; null: there is none.</param>
public sealed record Cost(
    string Name, double Instructions, double Calls, double Bytes, double Microseconds, double? Goal);

/// <summary>From an edge to the LED, on a B-L475E-IOT01A, in ms. Up to 1 ms of each is the platform's tick.</summary>
/// <param name="Name">Who lights it, and how the edge comes.</param>
/// <param name="Least">The least.</param>
/// <param name="Median">The middle one.</param>
public sealed record EdgeToLed(string Name, double Least, double Median);

/// <summary>What one method has of an operation.</summary>
/// <param name="Method">Class and name.</param>
/// <param name="Instructions">IL, without that of the methods it calls.</param>
/// <param name="Calls">Calls that it makes.</param>
/// <param name="Microseconds">On a B-L475E-IOT01A, the native work of its calls included.</param>
public sealed record Share(string Method, double Instructions, double Calls, double Microseconds);

/// <summary>Where an operation's cost goes.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Shares">Of each method, the largest first.</param>
public sealed record CostProfile(string Name, IReadOnlyList<Share> Shares);

/// <summary>Measures the library of this repository on the machine: exact, and the same on every PC.</summary>
public static class Measurement
{
    private const int Button = 45;
    private const int Led = 30;

    // Direct dispatch looks at so many for the quickest one; the others are measured.
    private const int FirstEdges = 64;

    private const int ModuleEdges = 20; // ten presses

    private static readonly Profile s_l475 = Hardware.Machine.Profiles.Find("B-L475E-IOT01A")!;

    private static readonly Dictionary<string, double> s_goals = new()
    {
        ["burst of 32, an item"] = 250,
        ["round trip"] = 290,
        ["delayed 5 ms: arm, expiry, run"] = 650,
        ["the same beside 1000 armed items"] = 845,
        ["arm and cancel"] = 270,
        ["cancel, armed"] = 120,
        ["cancel, queued"] = 100,
        ["ModifyDelayed, later (debounce)"] = 250,
        ["CancelSync, nothing to wait for"] = 100,
        ["work.Flush, nothing to wait for"] = 100,
        ["queue.Flush, nothing to wait for"] = 100,
        ["burst, watchdog queue"] = 758,
        ["burst, trace on"] = 1095,
        ["burst, four workers"] = 696,
        ["the same with direct dispatch"] = 160,
        ["an edge in ButtonModule, all in"] = 2500,
    };

    /// <summary>All operations, in the order of the program.</summary>
    /// <param name="firmware">The folder firmware/ of any state of the repository.</param>
    public static IReadOnlyList<Cost> Run(string firmware) => InFolder(output =>
    {
        string program = FirmwareBuild.Build(firmware, output, "Operations", [Source("Operations")]);
        IReadOnlyList<LogLine> counted = Log(Profile.Reference, program);
        Profile l475 = s_l475 with { SerialBaud = 0, HeapBytes = 10 << 20 };
        IReadOnlyList<LogLine> timed = Log(l475, program);
        List<Cost> costs = [];
        for (int i = 0; i + 1 < counted.Count; i += 2)
        {
            int space = counted[i].Text.IndexOf(' ');
            int count = int.Parse(counted[i].Text[..space]);
            string name = counted[i].Text[(space + 1)..];
            Cost? former = costs.Find(cost => cost.Name == name);
            costs.RemoveAll(cost => cost.Name == name);
            Cost nothing = costs.FirstOrDefault() ?? new Cost("", 0, 0, 0, 0, null);
            var round = new Cost(
                name,
                (counted[i + 1].Instructions - counted[i].Instructions - nothing.Instructions) / count,
                (counted[i + 1].Calls - counted[i].Calls - nothing.Calls) / count,
                (counted[i + 1].AllocatedBytes - counted[i].AllocatedBytes - nothing.Bytes) / count,
                ((timed[i + 1].Nanoseconds - timed[i].Nanoseconds) / 1e3 - nothing.Microseconds) / count,
                s_goals.TryGetValue(name, out double goal) ? goal : null);
            // An expiry that nobody needs any more may come in a round, and a time slice may end in one: not in all of them.
            costs.Add(former is null ? round : round with
            {
                Instructions = Math.Min(former.Instructions, round.Instructions),
                Calls = Math.Min(former.Calls, round.Calls),
                Bytes = Math.Min(former.Bytes, round.Bytes),
                Microseconds = Math.Min(former.Microseconds, round.Microseconds),
            });
        }

        costs.RemoveAt(0);
        costs.Add(EdgeOfALine(firmware, isDirect: false));
        costs.Add(EdgeOfALine(firmware, isDirect: true));
        RunResult[] runs = EdgesOfTheModule(FirmwareBuild.Build(firmware, output), isProfiled: false);
        costs.Add(Difference("an edge in ButtonModule, all in", runs[0], runs[1], ModuleEdges));
        return costs;
    });

    /// <summary>From an edge to the LED through a line: lit by the top half or by an item, on the platform's way and with direct
    /// dispatch.</summary>
    /// <param name="firmware">The folder firmware/ of any state of the repository.</param>
    public static IReadOnlyList<EdgeToLed> EdgesToLed(string firmware)
    {
        EdgeToLed Measure(string name, string where, bool isDirect)
        {
            List<double> all = WithEdgeProgram(firmware, isDirect, where, program => EdgesToLed(program, 100));
            return new EdgeToLed(name, all[0], all[all.Count / 2]);
        }

        return
        [
            Measure("ValueChanged, without the library", "InValueChanged", isDirect: false),
            Measure("a bare event, without the library", "InThread", isDirect: false),
            Measure("InterruptLine", "InTopHalf", isDirect: false),
            Measure("InterruptLine, direct dispatch", "InTopHalf", isDirect: true),
            Measure("InterruptLine and Queue", "InItem", isDirect: false),
            Measure("InterruptLine and Queue, direct dispatch", "InItem", isDirect: true),
        ];
    }

    /// <summary>Where the cost of an edge goes: in the module, and from a line to an item.</summary>
    /// <param name="firmware">The folder firmware/ of any state of the repository.</param>
    public static IReadOnlyList<CostProfile> Profiles(string firmware)
    {
        RunResult[] item = TwoRunsOfEdges(firmware, isDirect: true, "InItem", FirstEdges, isProfiled: true);
        RunResult[] module =
            InFolder(output => EdgesOfTheModule(FirmwareBuild.Build(firmware, output), isProfiled: true));
        return
        [
            new("an edge to an item that lights the LED, direct dispatch", Shares(item[0], item[1], FirstEdges)),
            new("an edge in ButtonModule, all in", Shares(module[0], module[1], ModuleEdges)),
        ];
    }

    private static IReadOnlyList<Share> Shares(RunResult without, RunResult with, int count)
    {
        Dictionary<string, MethodCost> before = without.Methods.ToDictionary(each => each.Name);
        return
        [
            .. with.Methods
                .Select(each => (Now: each, Before: before.GetValueOrDefault(each.Name) ?? new MethodCost(each.Name, 0, 0, 0)))
                .Select(each => new Share(
                    each.Now.Name,
                    (double)(each.Now.Instructions - each.Before.Instructions) / count,
                    (double)(each.Now.Calls - each.Before.Calls) / count,
                    (each.Now.Nanoseconds - each.Before.Nanoseconds) / 1e3 / count))
                .OrderByDescending(each => each.Instructions),
        ];
    }

    // What an edge costs from its record to the end of a top half that does nothing.
    private static Cost EdgeOfALine(string firmware, bool isDirect)
    {
        const int Edges = 100;
        RunResult[] runs = TwoRunsOfEdges(firmware, isDirect, "Nowhere", Edges, isProfiled: false);
        return Difference(isDirect ? "the same with direct dispatch" : "an edge to an InterruptLine", runs[0], runs[1], Edges);
    }

    // With so many edges, and with twice as many.
    private static RunResult[] TwoRunsOfEdges(string firmware, bool isDirect, string where, int edges, bool isProfiled) =>
        WithEdgeProgram(firmware, isDirect, where, program => new[] { edges, 2 * edges }
            .Select(each => RunEdges(program, each, 8000, isProfiled)).ToArray());

    private static T WithEdgeProgram<T>(string firmware, bool isDirect, string where, Func<string, T> measure) =>
        InFolder(output =>
        {
            string main = Path.Combine(output, "Main.cs");
            string first = isDirect ? "Workqueues.Gpio.InterruptLine.UseDirectDispatch(); " : "";
            File.WriteAllText(main, $$"""class Program { static void Main() { {{first}}EdgeToLed.{{where}}(); } }""");
            return measure(FirmwareBuild.Build(firmware, output, "EdgeProgram", [Source("EdgeToLed"), main]));
        });

    // In a temporary one, for what is built.
    private static T InFolder<T>(Func<string, T> measure)
    {
        string output = Directory.CreateTempSubdirectory("costs-").FullName;
        try
        {
            return measure(output);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    // From each edge on the button of a B-L475E-IOT01A to the change of its LED that a program makes, in ms, the shortest first:
    // 20 ms apart, at changing moments of the platform's tick, behind the first ones.
    private static List<double> EdgesToLed(string program, int edges)
    {
        List<double> latencies = [];
        long edge = 0;
        edges += FirstEdges;
        foreach (PinChange change in RunEdges(program, edges, 1200 + edges * 20).PinChanges)
        {
            if (change.Pin == Button) edge = change.Nanoseconds;
            else if (change.Pin == Led) latencies.Add((change.Nanoseconds - edge) / 1e6);
        }

        latencies.RemoveRange(0, FirstEdges);
        latencies.Sort();
        return latencies;
    }

    private static RunResult RunEdges(string program, int edges, double untilMilliseconds, bool isProfiled = false)
    {
        using Machine machine = new(s_l475) { IsProfiled = isProfiled };
        machine.Load(program);
        machine.Pins.At(0, Button, 0);
        for (int i = 0; i < edges; i++) machine.Pins.At(1000 + i * 20 + i % 100 * 0.01, Button, (i + 1) % 2);
        return machine.Run(new RunOptions { UntilMilliseconds = untilMilliseconds });
    }

    // What ten presses take beyond those before them, for each of their edges: top half, item, debounce, LED, log. Before them,
    // because the first edges are looked at for the quickest one.
    private static RunResult[] EdgesOfTheModule(string module, bool isProfiled) =>
    [
        .. new[] { FirstEdges, FirstEdges + ModuleEdges }.Select(edges =>
        {
            using Machine machine = new(s_l475) { IsProfiled = isProfiled };
            machine.Load(module);
            machine.Pins.At(0, Button, 1);
            for (int i = 0; i < edges; i++) machine.Pins.At(1000 + i * 500, Button, i % 2);
            return machine.Run(new RunOptions { UntilMilliseconds = 1000 + (FirstEdges + ModuleEdges) * 500 });
        }),
    ];

    private static Cost Difference(string name, RunResult without, RunResult with, int count)
    {
        double Each(Func<RunResult, long> number) => (double)(number(with) - number(without)) / count;
        return new Cost(name, Each(run => run.Instructions), Each(run => run.Calls), Each(run => run.AllocatedBytes),
            Each(run => (run.Nanoseconds - run.IdleNanoseconds) / 1000),
            s_goals.TryGetValue(name, out double goal) ? goal : null);
    }

    private static IReadOnlyList<LogLine> Log(Profile profile, string program)
    {
        using Machine machine = new(profile);
        machine.Load(program);
        RunResult run = machine.Run();
        if (run.UnhandledExceptions.Count > 0) throw run.UnhandledExceptions[0].Exception;
        return run.Log;
    }

    private static string Source(string name) => Path.Combine(AppContext.BaseDirectory, "Programs", name + ".cs");
}
