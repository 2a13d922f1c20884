using System;
using System.Collections;

namespace Hardware.Machine.Platform;

/// <summary>A list whose array grows in the board's heap.</summary>
[Replaces("System.Collections.ArrayList")]
public class ArrayList : IList, ICloneable
{
    private const int FirstCapacity = 4;

    private object?[] _items;
    private int _count;

    /// <summary>An empty list.</summary>
    public ArrayList() => _items = New(FirstCapacity);

    /// <summary>One of the board's libraries, for so many elements at most: its array is not counted by itself.</summary>
    internal ArrayList(int capacity) => _items = new object?[capacity];

    /// <summary>Elements that fit.</summary>
    public virtual int Capacity
    {
        get => _items.Length;
        set
        {
            if (value < _count) throw new ArgumentOutOfRangeException();
            Grow(Math.Max(value, FirstCapacity));
        }
    }

    /// <summary>Elements.</summary>
    public virtual int Count => _count;

    /// <summary>False.</summary>
    public virtual bool IsFixedSize => false;

    /// <summary>False.</summary>
    public virtual bool IsReadOnly => false;

    /// <summary>False.</summary>
    public virtual bool IsSynchronized => false;

    /// <summary>The list.</summary>
    public virtual object SyncRoot => this;

    /// <summary>An element.</summary>
    public virtual object? this[int index]
    {
        get => _items[Checked(index)];
        set => _items[Checked(index)] = value;
    }

    /// <summary>Appends.</summary>
    public virtual int Add(object? value)
    {
        if (_count == _items.Length) Grow(_count * 2);
        _items[_count] = value;
        return _count++;
    }

    /// <summary>Looks by halves.</summary>
    public virtual int BinarySearch(object? value, IComparer? comparer) => Array.BinarySearch(_items, 0, _count, value, comparer);

    /// <summary>Empties it.</summary>
    public virtual void Clear()
    {
        Array.Clear(_items, 0, _count);
        _count = 0;
    }

    /// <summary>A list with the same elements.</summary>
    public virtual object Clone()
    {
        ArrayList clone = new();
        for (int i = 0; i < _count; i++) clone.Add(_items[i]);
        return clone;
    }

    /// <summary>Whether it is there.</summary>
    public virtual bool Contains(object? item) => IndexOf(item) >= 0;

    /// <summary>Copies all.</summary>
    public virtual void CopyTo(Array array) => CopyTo(array, 0);

    /// <summary>Copies all.</summary>
    public virtual void CopyTo(Array array, int arrayIndex) => Array.Copy(_items, 0, array, arrayIndex, _count);

    /// <summary>One after the other.</summary>
    public virtual IEnumerator GetEnumerator()
    {
        object?[] snapshot = new object?[_count];
        Array.Copy(_items, snapshot, _count);
        return snapshot.GetEnumerator();
    }

    /// <summary>Where it is first; -1: nowhere.</summary>
    public virtual int IndexOf(object? value) => Array.IndexOf(_items, value, 0, _count);

    /// <summary>The same, from a place on.</summary>
    public virtual int IndexOf(object? value, int startIndex) => Array.IndexOf(_items, value, startIndex, _count - startIndex);

    /// <summary>The same, in a part.</summary>
    public virtual int IndexOf(object? value, int startIndex, int count) => Array.IndexOf(_items, value, startIndex, count);

    /// <summary>Inserts.</summary>
    public virtual void Insert(int index, object? value)
    {
        if (index < 0 || index > _count) throw new ArgumentOutOfRangeException();
        if (_count == _items.Length) Grow(_count * 2);
        Array.Copy(_items, index, _items, index + 1, _count - index);
        _items[index] = value;
        _count++;
    }

    /// <summary>Takes it out where it is first.</summary>
    public virtual void Remove(object? value)
    {
        int index = IndexOf(value);
        if (index >= 0) RemoveAt(index);
    }

    /// <summary>Takes one out.</summary>
    public virtual void RemoveAt(int index)
    {
        Checked(index);
        _count--;
        Array.Copy(_items, index + 1, _items, index, _count - index);
        _items[_count] = null;
    }

    /// <summary>The elements.</summary>
    public virtual object?[] ToArray()
    {
        object?[] array = new object?[_count];
        Array.Copy(_items, array, _count);
        return array;
    }

    /// <summary>The elements.</summary>
    public virtual Array ToArray(Type type)
    {
        Array array = Array.CreateInstance(type, _count);
        Array.Copy(_items, array, _count);
        return array;
    }

    private static object?[] New(int capacity)
    {
        Heap heap = Core.Current.Heap;
        int bytes = Heap.ArrayBytes(capacity, 12);
        heap.Allocate(bytes);
        object?[] made = new object?[capacity];
        heap.Track(made, bytes);
        return made;
    }

    private int Checked(int index) => (uint)index < (uint)_count ? index : throw new ArgumentOutOfRangeException();

    private void Grow(int capacity)
    {
        object?[] larger = New(capacity);
        Array.Copy(_items, larger, _count);
        _items = larger;
    }
}
