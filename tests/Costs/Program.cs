using System.Globalization;
using System.Text.Json;
using Reference;

namespace Costs;

/// <summary>The table as a command.</summary>
public static class Program
{
    private const string Usage = """
        Usage: dotnet run -c Release --project tests/Costs -- [FIRMWARE] [--json]
          FIRMWARE   the folder firmware of any state of the repository; without it, this one's
          --json     for scripts
        Tells what each operation of the library costs on a board: IL instructions, calls, bytes, and microseconds of a
        B-L475E-IOT01A. Exit code 0, or 2 for wrong use.
        """;

    /// <summary>Prints it.</summary>
    public static int Main(string[] arguments)
    {
        bool isJson = arguments.Contains("--json");
        string[] others = [.. arguments.Where(each => each != "--json")];
        if (others.Length > 1 || (others.Length == 1 && !Directory.Exists(Path.Combine(others[0], "Workqueues"))))
        {
            Console.Error.WriteLine(others[0].StartsWith('-')
                ? $"There is no option {others[0]}."
                : $"{others[0]} is no folder with the library: one is needed that has Workqueues in it.");
            Console.Error.WriteLine(Usage);
            return 2;
        }

        string firmware = others.Length == 1 ? others[0] : FirmwareBuild.FindFirmware();
        IReadOnlyList<Cost> costs = Measurement.Run(firmware);
        IReadOnlyList<EdgeToLed> edges = Measurement.EdgesToLed(firmware);
        Console.Out.Write(isJson
            ? JsonSerializer.Serialize(new { costs, edgeToLedMilliseconds = edges }, s_json) + "\n"
            : Table(costs, edges));
        return 0;
    }

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

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
