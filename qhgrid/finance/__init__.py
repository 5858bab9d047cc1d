"""What each project earns its owner and the economy, after 《建设项目经济评价方法与参数》 (third edition).

Two halves: accounts of yearly flows that know nothing of power systems (``rates`` to ``economy``), and what a
run says a project makes and earns (``shares`` to ``study``).
"""
