using System;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Hardware.Machine.Platform;

/// <summary>What a board's <c>System.String</c> does otherwise than .NET's.</summary>
[Extends("System.String")]
public static class StringMembers
{
    // Measured: a placeholder without what it stands for, a letter, and the call.
    private const int PlaceholderInstructions = 144;
    private const int LetterInstructions = 28;

    /// <summary>Ordinal, and the same in every process.</summary>
    public static int GetHashCode(string text)
    {
        uint hash = 5381;
        foreach (char each in text) hash = hash * 33 ^ each;
        return (int)hash;
    }

    /// <summary>The letters, boxed.</summary>
    public static System.Collections.IEnumerator GetEnumerator(string text) => text.GetEnumerator();

    /// <summary>Letter by letter, in managed code.</summary>
    [StaticMember]
    public static string Format(string format, object?[] args)
    {
        int instructions = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '{' || i + 1 == format.Length || format[i + 1] == '{')
            {
                instructions += LetterInstructions;
                continue;
            }

            int digits = i + 1;
            int index = 0;
            while (digits < format.Length && char.IsAsciiDigit(format[digits])) index = index * 10 + format[digits++] - '0';
            while (i < format.Length && format[i] != '}') i++;
            instructions += PlaceholderInstructions;
            if (index < args.Length && args[index] is not (null or string)) instructions += Numbers.TextInstructions();
        }

        Core.Current.ChargeLibrary(instructions);
        object?[] texts = new object?[args.Length];
        for (int i = 0; i < args.Length; i++) texts[i] = args[i] is Enum number ? ObjectMembers.ToString(number) : args[i];
        return string.Format(CultureInfo.InvariantCulture, format, texts);
    }
}

/// <summary>What a board's <c>System.Object</c> does otherwise than .NET's.</summary>
[Extends("System.Object")]
public static class ObjectMembers
{
    private static readonly ConditionalWeakTable<object, object> s_hashes = [];

    /// <summary>An enum's is its number; an exception's has no stack trace.</summary>
    public static string? ToString(object target) => target switch
    {
        Enum number => Convert.ToInt64(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        Exception exception when !Loading.Image.IsFirmware(exception.GetType().Assembly) => ExceptionMembers.ToString(exception),
        _ => target.ToString(),
    };

    /// <summary>That of an object without one of its own is its number in the order of asking.</summary>
    public static int GetHashCode(object target)
    {
        if (target is string text) return StringMembers.GetHashCode(text);
        if (target.GetType().GetMethod(nameof(GetHashCode), [])!.DeclaringType != typeof(object)) return target.GetHashCode();
        return (int)s_hashes.GetValue(target, _ => Core.Current.NextHash());
    }
}

/// <summary>What a board's <c>System.Exception</c> says.</summary>
[Extends("System.Exception")]
public static class ExceptionMembers
{
    /// <summary>The text it was made with.</summary>
    [Member("get_Message")]
    public static string Message(Exception exception)
    {
        if (MessageField(exception) is { } text)
        {
            string? parameter = exception is ArgumentException argument ? argument.ParamName : null;
            return string.IsNullOrEmpty(parameter) ? text : $"{text} (Parameter '{parameter}')";
        }

        return Loading.Image.IsFirmware(exception.GetType().Assembly) && OverridesMessage(exception)
            ? exception.Message
            : "Exception was thrown: " + exception.GetType().FullName;
    }

    /// <summary>Its type and its message.</summary>
    public static string ToString(Exception exception) => exception.GetType().FullName + ": " + Message(exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? MessageField(Exception exception);

    private static bool OverridesMessage(Exception exception) =>
        Loading.Image.IsFirmware(exception.GetType().GetProperty(nameof(Exception.Message))!.GetMethod!.DeclaringType!.Assembly);
}

/// <summary>What all texts of numbers share.</summary>
internal static class Numbers
{
    internal const int Instructions = 50;

    /// <summary>What a text takes beyond what Surface.txt says.</summary>
    internal static void ChargeText()
    {
        Core core = Core.Current;
        core.ChargeLibrary(TextInstructions() - Instructions);
        core.Spend(core.Profile.NumberTextNanoseconds);
    }

    /// <summary>The first one in the program also makes the number format.</summary>
    internal static int TextInstructions()
    {
        Core core = Core.Current;
        if (core.HasNumberFormat) return Instructions;
        core.HasNumberFormat = true;
        return Instructions + LibraryCosts.FirstNumberText;
    }
}

/// <summary>The number most programs print.</summary>
[Extends("System.Int32")]
public static class Int32Members
{
    /// <summary>Decimal.</summary>
    public static string ToString(ref int value)
    {
        Numbers.ChargeText();
        return value.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>And the second.</summary>
[Extends("System.Int64")]
public static class Int64Members
{
    /// <summary>Decimal.</summary>
    public static string ToString(ref long value)
    {
        Numbers.ChargeText();
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
