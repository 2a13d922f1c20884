namespace Workqueues;

/// <summary>What a record of the trace tells, and who did it.</summary>
internal static class TraceRecord
{
    internal const byte IrqEntry = 0;
    internal const byte IrqExit = 1;
    internal const byte QueueWork = 2;
    internal const byte QueueFrozen = 3;
    internal const byte ExecuteStart = 4;
    internal const byte ExecuteEnd = 5;
    internal const byte TimerStart = 6;
    internal const byte TimerExpire = 7;
    internal const byte TimerCancel = 8;

    /// <summary>Who acts in an expiry: on a PC that is a different thread each time.</summary>
    internal static readonly object Timer = new object();
}
