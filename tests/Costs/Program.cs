using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hardware.Cli;
using Reference;

namespace Costs;

/// <summary>The table as a command.</summary>
public static class Program
{
    /// <summary>Prints it.</summary>
    public static int Main(string[] arguments)
    {
        Argument<string?> folder = new("FIRMWARE")
        {
            Description = "The folder firmware of any state of the repository; without it, this one's",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> json = new("--json") { Description = "For scripts" };
        Option<bool> profile = new("--profile") { Description = "Where the cost of an edge goes, by methods" };
        RootCommand root = new("Tells what each operation of the library costs on a board: IL instructions, calls, bytes, and "
            + "microseconds of a B-L475E-IOT01A.\n\nExit code: 0 done, 2 wrong use.") { folder, json, profile };
        CommandProgram program = CommandProgram.Start("Costs");
        root.SetAction(parsed =>
        {
            string firmware = parsed.GetValue(folder) ?? FirmwareBuild.FindFirmware();
            if (firmware.StartsWith('-')) throw new UsageException($"there is no option {firmware}; --help lists the options");
            if (!Directory.Exists(Path.Combine(firmware, "Workqueues")))
            {
                throw new UsageException($"{firmware}: no folder with the library; one is needed that has Workqueues in it");
            }

            try
            {
                program.Output.Write(Measure(firmware, parsed.GetValue(profile), parsed.GetValue(json)));
            }
            catch (InvalidOperationException exception)
            {
                throw new UsageException($"{firmware}: cannot be measured: {exception.Message.Split('\n')[0].Trim()}");
            }

            return ExitCode.Success;
        });
        return program.Run(root, arguments);
    }

    private static string Measure(string firmware, bool isProfile, bool isJson)
    {
        if (isProfile)
        {
            IReadOnlyList<CostProfile> profiles = Measurement.Profiles(firmware);
            return isJson ? JsonSerializer.Serialize(profiles, s_json) + "\n" : string.Join("\n", profiles.Select(Table));
        }

        IReadOnlyList<Cost> costs = Measurement.Run(firmware);
        IReadOnlyList<EdgeToLed> edges = Measurement.EdgesToLed(firmware);
        return isJson
            ? JsonSerializer.Serialize(new { costs, edgeToLedMilliseconds = edges }, s_json) + "\n"
            : Table(costs, edges);
    }

    private const int RowLimit = 50;

    private static readonly JsonSerializerOptions s_json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The table as text.</summary>
    public static string Table(IReadOnlyList<Cost> costs, IReadOnlyList<EdgeToLed> edges)
    {
        string Row(string name, string instructions, string goal, string calls, string bytes, string microseconds) =>
            $"{name,-36}{instructions,8}{goal,7}{calls,8}{bytes,7}{microseconds,9}\n";
        string text = Row("operation", "IL", "goal", "calls", "bytes", "µs");
        foreach (Cost cost in costs)
        {
            text += Row(cost.Name, Number(cost.Instructions), cost.Goal is { } goal ? Number(goal) : "", Number(cost.Calls),
                Number(cost.Bytes), cost.Microseconds.ToString("F0", CultureInfo.InvariantCulture));
        }

        foreach (EdgeToLed edge in edges)
        {
            text += string.Create(CultureInfo.InvariantCulture,
                $"edge to LED, {edge.Name}: {edge.Least:F3} ms at least, {edge.Median:F3} ms median\n");
        }

        return text;
    }

    /// <summary>A profile as text. Methods with less than two percent of the instructions, and of the time, are one
    /// row.</summary>
    public static string Table(CostProfile profile)
    {
        string Row(string method, IEnumerable<Share> shares) => string.Create(CultureInfo.InvariantCulture,
            $"{method,-36}{shares.Sum(each => each.Instructions),8:0.#}{shares.Sum(each => each.Calls),8:0.#}"
            + $"{shares.Sum(each => each.Microseconds),9:F0}\n");
        double allInstructions = profile.Shares.Sum(each => each.Instructions);
        double allMicroseconds = profile.Shares.Sum(each => each.Microseconds);
        Share[] large =
        [
            .. profile.Shares.Where(each =>
                each.Instructions * RowLimit >= allInstructions || each.Microseconds * RowLimit >= allMicroseconds),
        ];
        Share[] small = [.. profile.Shares.Except(large)];
        string text = $"{profile.Name}\n{"method",-36}{"IL",8}{"calls",8}{"µs",9}\n";
        foreach (Share share in large) text += Row(share.Method, [share]);
        if (small.Length > 0) text += Row("others", small);
        return text + Row("all", profile.Shares);
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
