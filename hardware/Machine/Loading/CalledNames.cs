using System.Collections.Generic;

namespace Hardware.Machine.Loading;

/// <summary>Names of called methods, for reports: rewritten code carries their numbers.</summary>
internal static class CalledNames
{
    private static readonly Dictionary<string, int> s_numbers = [];
    private static readonly List<string> s_names = [];

    internal static int NumberOf(string name)
    {
        lock (s_names)
        {
            if (s_numbers.TryGetValue(name, out int number)) return number;
            s_names.Add(name);
            s_numbers.Add(name, s_names.Count - 1);
            return s_names.Count - 1;
        }
    }

    internal static string Of(int number)
    {
        lock (s_names) return s_names[number];
    }
}
