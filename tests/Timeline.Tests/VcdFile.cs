namespace Timeline.Tests;

/// <summary>A Value Change Dump as the tests read it: strictly, by the standard.</summary>
internal sealed class VcdFile
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal); // by identifier
    private readonly Dictionary<string, List<(long Time, string Value)>> _values = new(StringComparer.Ordinal); // by name

    /// <summary>Reads one.</summary>
    internal VcdFile(string text)
    {
        string[] words = text.Split([' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);
        long now = -1;
        bool isDefined = false;
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            if (word is "$dumpvars" or "$end") continue;
            if (word == "$enddefinitions") isDefined = true;
            if (word == "$timescale") Unit = words[i + 1] + (words[i + 2] == "$end" ? "" : words[i + 2]);
            if (word == "$var")
            {
                Assert.IsTrue(_names.TryAdd(words[i + 3], words[i + 4]), $"the identifier {words[i + 3]} is used twice");
                _values.Add(words[i + 4], []);
            }

            if (word[0] == '$')
            {
                while (words[i] != "$end") i++;
                continue;
            }

            Assert.IsTrue(isDefined, $"{word} stands in the header");
            if (word[0] == '#')
            {
                long time = long.Parse(word[1..]);
                Assert.IsGreaterThan(now, time, "time runs back");
                now = time;
                continue;
            }

            (string value, string id) = word[0] is 'b' or 'r' ? (word[1..], words[++i]) : (word[..1], word[1..]);
            _values[_names[id]].Add((now, value));
        }

        End = now;
    }

    internal string Unit { get; } = "";

    internal long End { get; }

    internal IEnumerable<string> Names => _values.Keys;

    /// <summary>A signal's changes, without what it is at the beginning.</summary>
    internal IReadOnlyList<(long Time, string Value)> Changes(string name)
    {
        List<(long Time, string Value)> values = _values[name];
        return [.. values.Skip(1).Where((each, i) => each.Value.TrimStart('0') != values[i].Value.TrimStart('0'))];
    }

    /// <summary>How many changes each signal has, by name.</summary>
    internal string Counts(Func<string, bool>? which = null) => string.Join('\n', Names.Where(which ?? (_ => true))
        .Order(StringComparer.Ordinal).Select(name => $"{name}: {Changes(name).Count}"));
}
