using System.Reflection;
using System.Runtime.CompilerServices;
using Workqueues;

namespace Exploration.Tests;

/// <summary>The library's global state: put back after each schedule as it was before the first.</summary>
internal static class LibraryState
{
    private static readonly List<(FieldInfo Field, object? Value)> s_fields = [];
    private static readonly List<Array> s_arrays = [];

    // All of them, found by reflection: state that is added later cannot be forgotten here.
    static LibraryState()
    {
        // The monitor of long runs asks for the state of real threads, which no schedule settles: it sees no long run here.
        WorkerMonitor.HogMilliseconds = int.MaxValue;
        foreach (Type type in typeof(Workqueue).Assembly.GetTypes())
        {
            if (type.IsDefined(typeof(CompilerGeneratedAttribute))) continue;
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            foreach (FieldInfo field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (field.IsLiteral) continue;
                object? value = field.GetValue(null);
                if (!field.IsInitOnly) s_fields.Add((field, value));
                else if (value is Array array) s_arrays.Add(array);
            }
        }
    }

    /// <summary>Every static field and static array of the library is as it was at the start.</summary>
    internal static void Reset()
    {
        foreach ((FieldInfo field, object? value) in s_fields) field.SetValue(null, value);
        foreach (Array array in s_arrays) Array.Clear(array);
    }
}
