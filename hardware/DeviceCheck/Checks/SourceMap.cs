using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hardware.DeviceCheck.Checks;

/// <summary>Source positions, from portable symbols.</summary>
internal sealed class SourceMap
{
    private static readonly Guid s_typeDefinitionDocuments = new("932e74bc-dba9-4478-8d46-0f32a7bab3d3");

    private readonly MetadataReader _pdb;
    private MethodDefinitionHandle _method; // the one that _points are of
    private List<SequencePoint> _points = [];

    internal SourceMap(MetadataReader pdb) => _pdb = pdb;

    /// <summary><c>file(line,column)</c> of the statement at an IL offset; null when the pdb has nothing for the
    /// method.</summary>
    public string? Find(MethodDefinitionHandle method, int offset = 0)
    {
        if (method != _method)
            (_method, _points) =
                (method, [.. _pdb.GetMethodDebugInformation(method).GetSequencePoints().Where(p => !p.IsHidden)]);
        if (_points.Count == 0) return null;
        var point = _points[Math.Max(0, _points.FindLastIndex(p => p.Offset <= offset))];
        return $"{_pdb.GetString(_pdb.GetDocument(point.Document).Name)}({point.StartLine},{point.StartColumn})";
    }

    /// <summary>The file of a type that has no code of its own; the line is not known then.</summary>
    public string? Find(TypeDefinitionHandle type)
    {
        foreach (var information in _pdb.GetCustomDebugInformation(type).Select(_pdb.GetCustomDebugInformation))
        {
            if (_pdb.GetGuid(information.Kind) != s_typeDefinitionDocuments) continue;
            int row = _pdb.GetBlobReader(information.Value).ReadCompressedInteger();
            return _pdb.GetString(_pdb.GetDocument(MetadataTokens.DocumentHandle(row)).Name) + "(1,1)";
        }

        return null;
    }
}
