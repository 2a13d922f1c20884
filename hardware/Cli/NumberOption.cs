using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Hardware.Cli;

/// <summary>Options that take a whole number within bounds; anything else is refused in one wording.</summary>
public static class NumberOption
{
    /// <summary>One that has a value if it is not given.</summary>
    /// <param name="name">The option.</param>
    /// <param name="helpName">What the help calls the number.</param>
    /// <param name="least">The least number.</param>
    /// <param name="most">The greatest.</param>
    /// <param name="standard">The number if it is not given.</param>
    /// <param name="description">For the help, which adds the bounds.</param>
    public static Option<T> Create<T>(string name, string helpName, T least, T most, T standard, string description)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            HelpName = helpName,
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} ({least} to {most})"),
            DefaultValueFactory = _ => standard,
            CustomParser = result => Parse(result, name, least, most),
        };

    /// <summary>One that is null if it is not given; the description says what happens then.</summary>
    public static Option<int?> CreateOptional(
        string name, string helpName, int least, int most, string description, params string[] aliases) => new(name, aliases)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = result => Parse(result, name, least, most),
        };

    private static T Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, IBinaryInteger<T>
    {
        string word = result.Tokens[0].Value;
        if (T.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number)
            && number >= least && number <= most) return number;
        result.AddError(string.Create(
            CultureInfo.InvariantCulture, $"{name} {word}: a whole number from {least} to {most} is needed"));
        return least;
    }
}
