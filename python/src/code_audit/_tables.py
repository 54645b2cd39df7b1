"""The tables that runs wrote, as data frames of Spark or tables of Arrow."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import CodeAuditError, errors_of_the_jar
from ._session import check_is_session, require
from ._settings import is_remote, local_path

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

TABLES = ("reviews", "findings", "coverage", "states", "generations", "runs")

# From what confidence on bin/audit shows findings of checks. A test compares them.
LEAST_OF_CHECKS = 0.25


class Tables:
    """The tables of an output folder. They are read as they are when a property is asked for.

    docs/tables.md of the project says what their columns mean.
    """

    def __init__(self, spark: SparkSession, folder: str | os.PathLike[str], format: str = "parquet") -> None:
        self._spark = spark
        self._folder = local_path(os.fspath(folder)).rstrip("/")
        self._format = format

    @property
    def reviews(self) -> DataFrame:
        """Every attempt of every reviewed unit.

        Raises:
            CodeAuditError: If no run has written that table. So do all the others.
        """
        return self._read("reviews")

    @property
    def findings(self) -> DataFrame:
        """Every finding of every attempt."""
        return self._read("findings")

    @property
    def coverage(self) -> DataFrame:
        """What each run of ``bin/audit review`` says of each file it saw, and of those that are gone."""
        return self._read("coverage")

    @property
    def states(self) -> DataFrame:
        """What each run of ``bin/audit review`` says of each finding, compared with the runs before it."""
        return self._read("states")

    @property
    def generations(self) -> DataFrame:
        """Every attempt of every prompt of ``bin/audit generate``."""
        return self._read("generations")

    @property
    def runs(self) -> DataFrame:
        """Every run that came to its end."""
        return self._read("runs")

    def latest_reviews(self) -> DataFrame:
        """The rows of ``reviews`` that stand, as ``bin/audit report`` chooses them (docs/report.md).

        Raises:
            CodeAuditError: If a table is missing, or the session is one of Spark Connect or lacks the jar.
        """
        return self._frame(self._standing())

    def latest_findings(self, min_confidence: float = LEAST_OF_CHECKS) -> DataFrame:
        """The findings that stand, as ``bin/audit report`` chooses them (docs/report.md).

        Args:
            min_confidence: Findings of checks of less confidence are left out. Those of the open question all come.

        Returns:
            A lazy data frame with the columns of the table ``findings``.

        Raises:
            CodeAuditError: As ``latest_reviews``.
        """
        standing = self._standing()
        findings = self.findings
        with errors_of_the_jar():
            return self._frame(self._rules().of(standing, findings._jdf, float(min_confidence), self._no_columns()))

    def _standing(self) -> Any:
        if is_remote(self._spark):
            raise CodeAuditError.of(
                "Which findings stand cannot be asked through Spark Connect",
                "It is decided by a class of the jar, and Spark Connect reaches none",
                "Use a session without Spark Connect, or `bin/audit report`",
            )
        require(self._spark)
        reviews = self.reviews
        coverage = self._coverage_or_none()
        with errors_of_the_jar():
            return self._rules().reviews(reviews._jdf, coverage, self._no_columns())

    def _coverage_or_none(self) -> Any:
        """The table ``coverage`` as the jar takes it; without rows where the runs were of versions that wrote none."""
        try:
            return self.coverage._jdf
        except CodeAuditError:
            jvm = self._spark.sparkContext._jvm
            schema = jvm.org.codeaudit.job.series.CoverageTable.SCHEMA  # type: ignore[union-attr]
            rows = jvm.java.util.ArrayList()  # type: ignore[union-attr]
            return self._spark._jsparkSession.createDataFrame(rows, schema)  # type: ignore[attr-defined]

    def _rules(self) -> Any:
        return self._spark._jvm.org.codeaudit.job.report.LatestFindings  # type: ignore[union-attr]

    def _no_columns(self) -> Any:
        context = self._spark.sparkContext
        return context._gateway.new_array(context._jvm.java.lang.String, 0)  # type: ignore[union-attr]

    def _frame(self, rows: Any) -> DataFrame:
        from pyspark.sql.classic.dataframe import DataFrame

        return DataFrame(rows, self._spark)

    def _read(self, table: str) -> DataFrame:
        from pyspark.errors import AnalysisException

        # Runs of other versions may know other columns. A folder's name is no pattern.
        _warn_if_unfinished(self._folder)
        reader = self._spark.read.format(self._format).option("mergeSchema", True).option("__globPaths__", False)
        try:
            frame = reader.load(f"{self._folder}/{table}")
            _ = frame.columns  # Spark Connect looks at a folder only when it is asked about it
            return frame
        except AnalysisException as error:
            raise CodeAuditError.of(
                f"There is no table {table} in {self._folder}", str(error).splitlines()[0], _how_to_get(table)
            ) from None


def tables(spark: SparkSession, folder: str | os.PathLike[str], format: str = "parquet") -> Tables:
    """The tables that runs wrote to an output folder.

    Args:
        spark: Any session; for the latest findings it needs the jar.
        folder: The output folder of ``bin/audit``, on any file system that Spark reads.
        format: The format of the tables, as it was written with ``--format``.

    Returns:
        The tables. Nothing is read yet.

    Raises:
        CodeAuditError: If ``spark`` is no session.
    """
    check_is_session(spark)
    return Tables(spark, folder, format)


def arrow(folder: str | os.PathLike[str], table: str, columns: list[str] | None = None) -> pyarrow.Table:
    """A table that runs wrote in Parquet to a folder of this machine, without Spark and Java.

    Args:
        folder: The output folder of ``bin/audit``.
        table: ``reviews``, ``findings``, ``coverage``, ``states``, ``generations`` or ``runs``.
        columns: Only these.

    Returns:
        All its rows. Which findings stand is not decided here: ``Tables.latest_findings`` does that.

    Raises:
        CodeAuditError: If pyarrow is not installed, or there is no such table or column.
    """
    try:
        import pyarrow
        from pyarrow import dataset, parquet
    except ImportError as error:
        raise CodeAuditError.of(
            "Tables cannot be read without Spark", str(error), "Install it: `pip install pyarrow`"
        ) from None
    place = Path(folder).expanduser() / table
    _warn_if_unfinished(place.parent)
    files = sorted(str(file) for file in place.glob("*.parquet"))
    if not files:
        raise CodeAuditError.of(
            f"There is no table {table} in {folder}", f"No file of Parquet lies in {place}", _how_to_get(table)
        )
    schema = pyarrow.unify_schemas([parquet.read_schema(file) for file in files])
    unknown = [name for name in columns or [] if name not in schema.names]
    if unknown:
        raise CodeAuditError.of(
            f"The table {table} has no column {', '.join(unknown)}",
            "Its columns are " + ", ".join(schema.names),
            "Name some of those",
        )
    return dataset.dataset(files, schema=schema, format="parquet").to_table(columns=columns)


def _warn_if_unfinished(folder: str | os.PathLike[str]) -> None:
    """Warns if a run has published rows that are not in the tables; looks only at folders of this machine."""
    hidden = Path(folder, "_audit")
    for wave in hidden.glob("staging/*/*"):
        manifest = hidden / "manifests" / f"{wave.parent.name}-{wave.name}.json"
        if manifest.exists():
            warnings.warn(
                f"The tables in {folder} lack rows that a run has published: {manifest} is not carried out, for the run"
                f" ended too early or is at work. `bin/audit report {folder} --html FILE`, with the --format of the"
                " run, brings the rows into the tables",
                stacklevel=3,
            )
            return


def _how_to_get(table: str) -> str:
    if table not in TABLES:
        return "The tables are " + ", ".join(TABLES)
    command = "generate" if table == "generations" else "review"
    return f"Name the output folder of a run of `bin/audit {command}`"
