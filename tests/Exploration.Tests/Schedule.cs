using System.Text;

namespace Exploration.Tests;

/// <summary>The text of a schedule: who takes how many steps, one after the other. <c>A2B1A3</c>: thread A two steps, then B one,
/// then A three. After its end nobody is interrupted: a thread goes on until it blocks, then the first one that can goes on.
/// </summary>
internal static class Schedule
{
    /// <summary>The schedule in which nobody is interrupted.</summary>
    internal const string Uninterrupted = "-";

    /// <summary>Writes the first <paramref name="count"/> choices.</summary>
    internal static string Format(IReadOnlyList<Decision> decisions, int count)
    {
        if (count == 0) return Uninterrupted;
        StringBuilder text = new();
        int start = 0;
        for (int i = 1; i <= count; i++)
        {
            if (i < count && decisions[i].Chosen == decisions[start].Chosen) continue;
            text.Append(Letter(decisions[start].Chosen)).Append(i - start);
            start = i;
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <exception cref="FormatException">It is no schedule; the message says where.</exception>
    internal static List<int> Parse(string text)
    {
        List<int> choices = [];
        if (text == Uninterrupted) return choices;
        int i = 0;
        while (i < text.Length)
        {
            int thread = text[i] - 'A';
            int digits = i + 1;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            if (thread is < 0 or >= Execution.ThreadLimit || !int.TryParse(text.AsSpan(i + 1, digits - i - 1), out int steps)
                || steps < 1)
            {
                throw new FormatException($"a schedule is written A2B1A3: '{text}' is none, at character {i + 1}");
            }

            choices.AddRange(Enumerable.Repeat(thread, steps));
            i = digits;
        }

        return choices;
    }

    /// <summary>What the text of a schedule calls a thread.</summary>
    internal static char Letter(int thread) => (char)('A' + thread);
}
