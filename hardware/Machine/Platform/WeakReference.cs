namespace Hardware.Machine.Platform;

/// <summary>A reference that a collection of the board does not count; .NET's own collections do not clear it.</summary>
[Replaces("System.WeakReference")]
public class WeakReference
{
    private readonly System.WeakReference _weak = new(null);
    private object? _strong; // between two collections of the board

    /// <summary>Refers to an object.</summary>
    public WeakReference(object? target)
    {
        _strong = target;
        Core.Current.Heap.Track(this);
    }

    /// <summary>Its object has not been collected.</summary>
    public virtual bool IsAlive => _strong != null;

    /// <summary>The object; null: it has been collected.</summary>
    public virtual object? Target
    {
        get => _strong;
        set => _strong = value;
    }

    internal void Weaken()
    {
        _weak.Target = _strong;
        _strong = null;
    }

    internal void Strengthen() => _strong = _weak.Target;
}
