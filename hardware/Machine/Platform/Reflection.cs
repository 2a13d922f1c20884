using System;
using System.Globalization;
using System.Reflection;

namespace Hardware.Machine.Platform;

/// <summary>Reflection: types and fields by their name, those of the board's libraries as far as firmware is known to look for
/// them.</summary>
[Extends("System.Type")]
public static class TypeMembers
{
    // On the way the board's library makes two strings of the name, an array for the version, and the object itself.
    private const int VersionNumbers = 4;
    private const int TypeBytes = 24;

    /// <summary>The type of that name: <c>Namespace.Type</c>, or <c>Namespace.Type, Library</c>.</summary>
    /// <returns>Null: there is none.</returns>
    [StaticMember]
    [Member("GetType")]
    public static Type? FindType(string typeName)
    {
        Core core = Core.Current;
        core.EnterNative(Places.None);
        string[] words = typeName.Split(", ");
        string name = words[0];
        string assembly = words.Length > 1 ? words[1] : "";
        int bytes = Heap.ArrayBytes(VersionNumbers, sizeof(int)) + Heap.StringBytes(name.Length)
            + Heap.StringBytes(assembly.Length) + TypeBytes;
        core.Heap.Allocate(bytes);
        core.Heap.Track(new object(), bytes);
        return core.Image.FindType(name, assembly);
    }

    /// <summary>A field that the type itself declares.</summary>
    /// <returns>Null: there is none of that name and kind.</returns>
    [Member("GetField")]
    public static FieldInfo? GetField(Type type, string name, BindingFlags bindingAttr)
    {
        Core core = Core.Current;
        core.EnterNative(Places.None);
        if (core.HiddenFields.Contains(name)) return null;
        BindingFlags flags = bindingAttr | BindingFlags.DeclaredOnly;
        if (type.GetField(name, flags) is { } field)
        {
            return new BoardField(field, field.FieldType, field.GetValue, field.SetValue);
        }

        // A static of a library is each machine's own: a property stands for it.
        if (type.Assembly != typeof(TypeMembers).Assembly || type.GetProperty(name, flags) is not { } property) return null;
        return new BoardField(property, property.PropertyType, property.GetValue, property.SetValue);
    }
}

/// <summary>A field, as the firmware sees it.</summary>
internal sealed class BoardField(
    MemberInfo member, Type type, Func<object?, object?> getValue, Action<object?, object?> setValue) : FieldInfo
{
    // A call into the runtime, and there from the name's entry to the object's field.
    private const int NativeCalls = 2;

    public override string Name => member.Name;

    public override Type? DeclaringType => member.DeclaringType;

    public override Type? ReflectedType => member.ReflectedType;

    public override Type FieldType => type;

    public override FieldAttributes Attributes => throw new NotSupportedException();

    public override RuntimeFieldHandle FieldHandle => throw new NotSupportedException();

    public override object? GetValue(object? obj)
    {
        Spend();
        return getValue(obj);
    }

    public override void SetValue(
        object? obj, object? value, BindingFlags invokeAttr, Binder? binder, CultureInfo? culture)
    {
        Spend();
        setValue(obj, value);
    }

    public override object[] GetCustomAttributes(bool inherit) => [];

    public override object[] GetCustomAttributes(Type attributeType, bool inherit) => [];

    public override bool IsDefined(Type attributeType, bool inherit) => false;

    private static void Spend()
    {
        Core core = Core.Current;
        core.ThrowIfStopping();
        core.Spend(NativeCalls * core.Profile.NativeCallNanoseconds);
    }
}
