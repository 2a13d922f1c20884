namespace nanoFramework.Runtime.Events;

/// <summary>What every event of the runtime carries. A GPIO event leaves both fields zero.</summary>
public class BaseEvent
{
    /// <summary>Who raised the event.</summary>
    public ushort Source;

    /// <summary>What the event is, in the words of its source.</summary>
    public byte Message;
}
