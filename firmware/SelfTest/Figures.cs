using System;
using Workqueues;

namespace SelfTest;

/// <summary>A row of the table: so many measurements of one thing.</summary>
internal sealed class Figures
{
    private readonly string _name;
    private readonly long[] _values;
    private int _count;

    internal Figures(string name, int capacity)
    {
        _name = name;
        _values = new long[capacity];
    }

    internal static void WriteHeading(string unit) => Console.WriteLine(Row(unit, "n", "min", "median", "p99", "max"));

    internal void Add(long value) => _values[_count++] = value;

    /// <summary>Writes the row; the values are in order afterwards.</summary>
    internal void Write()
    {
        if (_count == 0)
        {
            Console.WriteLine(Row(_name, "0", "-", "-", "-", "-"));
            return;
        }

        for (int i = 1; i < _count; i++)
        {
            long value = _values[i];
            int k = i;
            for (; k > 0 && _values[k - 1] > value; k--) _values[k] = _values[k - 1];
            _values[k] = value;
        }

        Console.WriteLine(Row(_name, _count.ToString(), _values[0].ToString(), _values[(_count - 1) / 2].ToString(),
            _values[(_count * 99 + 99) / 100 - 1].ToString(), _values[_count - 1].ToString()));
    }

    private static string Row(string name, string count, string min, string median, string p99, string max)
    {
        string row = name + new string(' ', name.Length < 42 ? 42 - name.Length : 1);
        return row + KernelLog.Pad(count, 4, ' ') + KernelLog.Pad(min, 8, ' ') + KernelLog.Pad(median, 8, ' ')
            + KernelLog.Pad(p99, 8, ' ') + KernelLog.Pad(max, 8, ' ');
    }
}
