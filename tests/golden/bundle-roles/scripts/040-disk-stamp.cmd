@echo off
rem Step 40 of 40: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "roles", "identity": "035c2a39-9ce6-5e16-ab9c-744bb3ecf5ef", "plan": "2894123ea74080ffff2b211967f2816857de0f31108dce687699db812f2dfe82"}|| exit /b 1
