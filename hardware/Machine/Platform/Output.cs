using System;

namespace Hardware.Machine.Platform;

/// <summary>The serial log.</summary>
[Replaces("System.Console")]
public static class Console
{
    /// <summary>Writes a line.</summary>
    public static void WriteLine(string? value) => Core.Current.Log.Write(Core.Current, value ?? "", isLine: true);

    /// <summary>Writes an empty line.</summary>
    public static void WriteLine() => WriteLine("");

    /// <summary>Writes without a line's end.</summary>
    public static void Write(string? value) => Core.Current.Log.Write(Core.Current, value ?? "", isLine: false);
}

/// <summary>The serial log too, in debug builds.</summary>
[Replaces("System.Diagnostics.Debug")]
public static class Debug
{
    /// <summary>Writes a line.</summary>
    public static void WriteLine(string? message) => Console.WriteLine(message);

    /// <summary>Writes an empty line.</summary>
    public static void WriteLine() => Console.WriteLine("");

    /// <summary>Writes without a line's end.</summary>
    public static void Write(string? message) => Console.Write(message);

    /// <summary>Says so when it is false.</summary>
    public static void Assert(bool condition)
    {
        if (!condition) Console.WriteLine("Assert failed");
    }

    /// <summary>Says so when it is false.</summary>
    public static void Assert(bool condition, string? message)
    {
        if (!condition) Console.WriteLine("Assert failed: " + message);
    }
}
