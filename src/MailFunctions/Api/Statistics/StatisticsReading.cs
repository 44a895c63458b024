using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Statistics;

/// <summary>An answer, or all errors of the query.</summary>
public sealed record StatisticsReading(StatisticsAnswer? Answer, IReadOnlyList<ProblemError> Errors)
{
    public IResult ToResult() => Answer is not null
        ? new JsonResult<StatisticsAnswer>(Answer, ContractsJson.Default.StatisticsAnswer)
        : Problem.WrongParameters(Errors).ToResult();
}
