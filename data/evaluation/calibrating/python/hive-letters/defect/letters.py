"""Season letters of the beekeeping club: one text mail per member."""
from email.message import EmailMessage

from fastapi import APIRouter, Depends, HTTPException
from jinja2 import Environment, StrictUndefined
from pydantic import BaseModel, Field

from club.auth import Officer, require_officer
from club.members import Member, active_members
from club.outbox import Outbox, get_outbox

router = APIRouter(prefix="/letters", tags=["letters"])

# Letters go out as text/plain, so nothing is escaped for HTML here.
env = Environment(undefined=StrictUndefined, autoescape=False)

GREETING = "Dear {{ member.first_name }},\n\n"
CLOSING = (
    "\n\nWe have {{ member.hive_count }} "
    "{{ 'hive' if member.hive_count == 1 else 'hives' }} of yours on our list.\n"
    "The committee\n"
)
SENDER = "letters@beeclub.example"


class Letter(BaseModel):
    subject: str = Field(min_length=1, max_length=120, pattern=r"^[^\r\n]+$")
    body: str = Field(min_length=1, max_length=20_000)


def compose(letter: Letter, members: list[Member]) -> list[EmailMessage]:
    template = env.from_string(GREETING + letter.body + CLOSING)
    messages = []
    for member in members:
        message = EmailMessage()
        message["From"] = SENDER
        message["To"] = member.email
        message["Subject"] = letter.subject
        message.set_content(template.render(member=member))
        messages.append(message)
    return messages


@router.post("", status_code=202)
async def send_letter(
    letter: Letter,
    officer: Officer = Depends(require_officer),
    outbox: Outbox = Depends(get_outbox),
) -> dict[str, int]:
    members = await active_members(branch=officer.branch)
    if not members:
        raise HTTPException(status_code=409, detail="the branch has no active members")
    messages = compose(letter, members)
    await outbox.put_all(messages, requested_by=officer.id)
    return {"queued": len(messages)}
