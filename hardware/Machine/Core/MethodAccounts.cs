using System.Collections.Generic;
using Hardware.Machine.Loading;

namespace Hardware.Machine;

/// <summary>Splits a run's account by methods. What goes by between two of their charges belongs to the first one: its native
/// calls and the code of the board's libraries too, as long as its thread keeps the processor.</summary>
internal sealed class MethodAccounts(Core core)
{
    private const int Runtime = -1;

    private readonly Dictionary<int, MethodCost> _costs = [];
    private int _method = Runtime;
    private long _instructions;
    private long _calls;
    private long _nanoseconds;

    /// <summary>All of them, in no order.</summary>
    internal IReadOnlyList<MethodCost> All
    {
        get
        {
            Begin(_method);
            return [.. _costs.Values];
        }
    }

    /// <summary>A method goes on, or begins.</summary>
    internal void Begin(int method)
    {
        if (!_costs.TryGetValue(_method, out MethodCost? cost))
        {
            cost = new MethodCost(_method == Runtime ? MethodCost.Runtime : CalledNames.Of(_method), 0, 0, 0);
        }

        _costs[_method] = cost with
        {
            Instructions = cost.Instructions + core.Instructions - _instructions,
            Calls = cost.Calls + core.Calls - _calls,
            Nanoseconds = cost.Nanoseconds + core.Now - _nanoseconds,
        };
        _instructions = core.Instructions;
        _calls = core.Calls;
        _nanoseconds = core.Now;
        _method = method;
    }

    /// <summary>The runtime's scheduler has the processor.</summary>
    internal void BeginRuntime() => Begin(Runtime);

    /// <summary>Nothing was ready for so long: it is nobody's.</summary>
    internal void Skip(long nanoseconds) => _nanoseconds += nanoseconds;
}
