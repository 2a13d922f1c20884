using System.Globalization;
using Hardware.Machine;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>Reads a script: one line for each change of a wire, <c>&lt;ms&gt; &lt;pin|part&gt;
/// press|release|0|1|toggle</c>. <c>#</c> starts a comment; empty lines are allowed; times must not go back.</summary>
/// <remarks><c>press</c> closes a push button and <c>release</c> opens it: one to ground on a pin without a
/// part. <c>0</c> and <c>1</c> connect the wire to ground or supply. <c>toggle</c> exchanges 0 and 1 where one of them was
/// set, otherwise press and release. Nothing bounces: a script has exactly the edges that it says. An LED's name is refused,
/// since firmware drives that pin; firmware that reads it can be given edges by the pin's number.</remarks>
public static class Script
{
    /// <summary>The latest time of a step: a week.</summary>
    public const int MillisecondsMax = 7 * 24 * 3_600_000;

    private const int CharactersMax = 16 << 20; // some hundred thousand edges: more than that is no script

    private const string LineForm = "a line is '<ms> <pin|part> press|release|0|1|toggle'";

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It cannot be read, or a line is wrong.</exception>
    public static IReadOnlyList<PinDrive> Read(string path, Wiring wiring) =>
        InputFile.Read("--script", path, lines => Parse(path, lines, wiring), CharactersMax);

    /// <summary>Reads lines.</summary>
    /// <param name="name">What errors call the file.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="wiring">What is on the pins.</param>
    /// <exception cref="UsageException">A line is wrong; the message begins with <c>name:line:</c>.</exception>
    public static IReadOnlyList<PinDrive> Parse(string name, IEnumerable<string> lines, Wiring wiring)
    {
        var steps = new List<PinDrive>();
        var drives = new Drive[wiring.PinCount];
        var isTiedToRail = new bool[wiring.PinCount];     // by 0 or 1
        decimal before = 0;
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string place = $"{name}:{number}";
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (words.Length != 3) throw new UsageException($"{place}: {words.Length} words: {LineForm}");

            decimal at = ParseTime(place, words[0], before);
            Part part = wiring.Find(words[1]) ?? throw new UsageException($"{place}: '{words[1]}' is not a pin: "
                + $"{Names(wiring.Parts)}, or {wiring.PinForms}");
            if (part.Kind == PartKind.Led && part.Name == words[1])
            {
                throw new UsageException($"{place}: '{part.Name}' is an LED, which the firmware switches: name "
                    + $"{Names(wiring.Parts.Where(each => each.Kind != PartKind.Led))}, or a pin by its number");
            }

            int pin = part.Pin;
            drives[pin] = ParseAction(place, words[2], drives[pin], part, ref isTiedToRail[pin]);
            before = at;
            steps.Add(new PinDrive((long)(at * 1_000_000), pin, drives[pin]));
        }

        return steps;
    }

    private static string Names(IEnumerable<Part> parts) => string.Join(", ", parts.Select(each => $"'{each.Name}'"));

    private static decimal ParseTime(string place, string word, decimal before)
    {
        if (!decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal at)
            || at > MillisecondsMax)
        {
            throw new UsageException($"{place}: '{word}' is not a time: milliseconds from 0 to {MillisecondsMax}");
        }

        return at >= before ? at : throw new UsageException(FormattableString.Invariant(
            $"{place}: {at} ms is before {before} ms of the line above: times must not go back"));
    }

    private static Drive ParseAction(string place, string word, Drive now, Part part, ref bool isTiedToRail)
    {
        if (word == "toggle")
        {
            if (isTiedToRail) return now == Drive.Low ? Drive.High : Drive.Low;
            return now == Drive.Open ? part.Pressed : Drive.Open;
        }

        isTiedToRail = word is "0" or "1";
        return word switch
        {
            "press" => part.Pressed,
            "release" => Drive.Open,
            "0" => Drive.Low,
            "1" => Drive.High,
            _ => throw new UsageException($"{place}: '{word}' is not an action: press, release, 0, 1 or toggle"),
        };
    }
}
