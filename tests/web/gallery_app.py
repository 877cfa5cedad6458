"""The design system by itself: every component on four pages, with no database behind them.

`python tests/web/gallery_app.py` shows it on port 8800.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, jsonify, render_template
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from outreach.core import i18n
from outreach.core.forms import SelectChoice
from outreach.web import templating

ROOT = Path(__file__).resolve().parents[2]


class Sample(Form):
    name = StringField("Họ và tên", [InputRequired("Hãy ghi họ tên.")])
    birth_year = IntegerField("Năm sinh")
    salutation = SelectField(
        "Xưng hô",
        choices=[SelectChoice("ong", "Ông"), SelectChoice("ba", "Bà"), SelectChoice("co", "Cô")],
    )
    day = DateField("Ngày hẹn")
    start = TimeField("Từ giờ")
    outcome = RadioField(
        "Kết quả",
        [InputRequired("Hãy chọn.")],
        choices=[SelectChoice("met", "Gặp"), SelectChoice("absent", "Vắng")],
    )
    programmes = SelectMultipleField(
        "Chương trình",
        choices=[
            SelectChoice("a", "Đổi máy 2G sang 4G"),
            SelectChoice("b", "Kích hoạt VNeID mức 2"),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    note = TextAreaField("Ghi chú")
    consent = BooleanField("Đồng ý nhận tin nhắn nhắc lịch")
    sheet = FileField("Tệp danh sách hộ")


def joined(folder: str) -> Response:
    parts = sorted((ROOT / "static/css" / folder).glob("*.css"))
    return Response("\n".join(part.read_text() for part in parts), mimetype="text/css")


def example_routes() -> dict[str, Any]:
    def stop(route: int, place: int) -> dict[str, Any]:
        return {
            "id": f"r{route}-{place}",
            "lat": 10.90 + route * 0.004 + (place % 5) * 0.0007,
            "lon": 106.76 + (route % 4) * 0.005 + place * 0.0004,
            "label": f"12/{place} Trần Hưng Đạo",
            "url": "/desk",
            "position": place + 1,
            "state": "met" if place < 2 else "planned",
        }

    names = ["Đặng Ẩn", "Trần Thị Ngọc Ánh", "Nguyễn Hoàng Phương Thảo Nguyên Khang", "Lê Tú", "Út"]
    routes = [
        {"name": name, "colour_index": index, "stops": [stop(index, n) for n in range(8)]}
        for index, name in enumerate(names)
    ]
    left = [{"id": "u", "lat": 10.905, "lon": 106.75, "label": "Hộ xa", "reason": "Quá xa."}]
    corners = [[106.75, 10.89], [106.79, 10.89], [106.79, 10.93], [106.75, 10.93], [106.75, 10.89]]
    return {
        "routes": routes,
        "unplanned": left,
        "areas": [{"type": "Polygon", "coordinates": [corners]}],
    }


def nav() -> list[SimpleNamespace]:
    items = [("Hôm nay", "route"), ("Hộ gia đình", "house"), ("Tổ và thành viên", "users")]
    return [
        SimpleNamespace(label=label, url=f"/desk#{icon}", icon=icon, current=icon == "route")
        for label, icon in items
    ]


def create_app() -> Flask:
    app = Flask("gallery", root_path=str(ROOT), static_folder=str(ROOT / "static"))
    folders = [ROOT / "templates", ROOT / "tests/web/gallery"]
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    app.jinja_loader = ChoiceLoader([FileSystemLoader(folder) for folder in folders])
    app.jinja_env.globals.update(
        remembered=templating.remembering(),
        _=i18n.gettext,
        ngettext=i18n.ngettext,
        asset=lambda path: f"/static/{path}",
        locale="vi",
        flashes=[SimpleNamespace(category="ok", message="Đã lưu.")],
        nav=nav(),
        actor=SimpleNamespace(name="Nguyễn Thị Ẩn", role="leader"),
        sign_out_url="/desk",
    )
    app.add_url_rule("/static/css/site.css", "site", lambda: joined("site"))
    app.add_url_rule("/static/css/desk.css", "desk", lambda: joined("desk"))
    app.add_url_rule("/routes.json", "routes", lambda: jsonify(example_routes()))
    app.add_url_rule("/favicon.ico", "favicon", lambda: ("", 204))

    @app.get("/<name>")
    def gallery(name: str) -> str:
        form = Sample(MultiDict({"sent": "1"}) if name == "desk" else None)
        if name == "desk":
            form.validate()
        return render_template(f"{name}.html", form=form)

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:"
        return response

    return app


if __name__ == "__main__":
    create_app().run(port=8800, debug=False)
