@echo off
rem Step 6 of 21: features into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Enable-Feature /FeatureName:Microsoft-Hyper-V
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\features.json" echo {"hvsbuild-serviced": 1, "asked": "291a5a03f8e5317f3e2cd090066418610e559165853052547415929b9fb170e1"}|| exit /b 1
exit /b 0
