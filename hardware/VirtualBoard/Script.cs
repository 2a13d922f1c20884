using System.Globalization;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>Reads a script: one line for each change of a wire, <c>&lt;ms&gt; &lt;pin|button&gt;
/// press|release|0|1|toggle</c>. <c>#</c> starts a comment; empty lines are allowed; times must not go back.</summary>
/// <remarks><c>press</c> closes a push button and <c>release</c> opens it: the board's button, or one to ground on any
/// other pin. <c>0</c> and <c>1</c> connect the wire to ground or supply. <c>toggle</c> exchanges 0 and 1 where one of them was
/// set, otherwise press and release. Nothing bounces: a script has exactly the edges that it says.</remarks>
public static class Script
{
    /// <summary>The latest time of a step: one hour.</summary>
    public const int MillisecondsMax = 3_600_000;

    private const string LineForm = "a line is '<ms> <pin|button> press|release|0|1|toggle'";

    /// <summary>Reads a file.</summary>
    /// <exception cref="UsageException">It cannot be read, or a line is wrong.</exception>
    public static IReadOnlyList<Step> Read(string path, Wiring wiring)
    {
        try
        {
            return Parse(path, File.ReadLines(path), wiring);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--script: cannot read {path}: {exception.Message}");
        }
    }

    /// <summary>Reads lines.</summary>
    /// <param name="name">What errors call the file.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="wiring">Where the button is.</param>
    /// <exception cref="UsageException">A line is wrong; the message begins with <c>name:line:</c>.</exception>
    public static IReadOnlyList<Step> Parse(string name, IEnumerable<string> lines, Wiring wiring)
    {
        var steps = new List<Step>();
        var drives = new Drive[Chip.PinCount];
        var isTiedToRail = new bool[Chip.PinCount];     // by 0 or 1
        int before = 0;
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string place = $"{name}:{number}";
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (words.Length != 3) throw new UsageException($"{place}: {words.Length} words: {LineForm}");

            int at = ParseTime(place, words[0], before);
            int pin = ParsePin(place, words[1], wiring);
            Drive pressed = pin == wiring.ButtonPin ? wiring.Pressed : Drive.Low;
            drives[pin] = ParseAction(place, words[2], drives[pin], pressed, ref isTiedToRail[pin]);
            before = at;
            steps.Add(new Step(at * 1000L, pin, drives[pin]));
        }

        return steps;
    }

    private static int ParseTime(string place, string word, int before)
    {
        if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int at) || at > MillisecondsMax)
        {
            throw new UsageException($"{place}: '{word}' is no time: whole milliseconds from 0 to {MillisecondsMax}");
        }

        return at >= before ? at : throw new UsageException($"{place}: {at} ms is before {before} ms of the line above: "
            + "times must not go back");
    }

    private static int ParsePin(string place, string word, Wiring wiring)
    {
        if (word == "button") return wiring.ButtonPin;
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int pin) && pin < Chip.PinCount) return pin;
        throw new UsageException($"{place}: '{word}' is no pin: 'button' or a number from 0 to {Chip.PinCount - 1}");
    }

    private static Drive ParseAction(string place, string word, Drive now, Drive pressed, ref bool isTiedToRail)
    {
        if (word == "toggle")
        {
            if (isTiedToRail) return now == Drive.Low ? Drive.High : Drive.Low;
            return now == Drive.Open ? pressed : Drive.Open;
        }

        isTiedToRail = word is "0" or "1";
        return word switch
        {
            "press" => pressed,
            "release" => Drive.Open,
            "0" => Drive.Low,
            "1" => Drive.High,
            _ => throw new UsageException($"{place}: '{word}' is no action: press, release, 0, 1 or toggle"),
        };
    }
}
